"""Water networks under pressure: flows and heads of a design, a search over designs, a bound."""
