"""The law of money, once: how money comes in, is spent, borrowed, repaid, limited and counted.

One module per subject, each a set of pure functions of an instance (and of a plan's decisions).
The program takes its coefficients from here, the accounts of a plan are computed here, and so are
those of the analyses. The verifier reads docs/laws.md by itself and imports nothing of this.

`candidates` options laid flat, with windows; `spending` what works cost, year by year; `value`
present values; `sources` who may pay for what; `inflows` what comes into funds; `funds` cash,
lapse and debt service; `debt` repayment and what counts into a pool; `limits` ceilings and quotas;
`rules` fiscal items, debt rules and bands; `coverage` revenue against tagged debt; `targets` what
is reached; `partners` what joint projects are worth to each.
"""
