// Paste from a spreadsheet into a grid: rows by line, cells by tab, from the focused cell on.
document.addEventListener("paste", (event) => {
  const holder = event.target.closest ? event.target.closest(".wb-grid") : null;
  if (!holder || ["INPUT", "TEXTAREA"].includes(event.target.tagName)) return;
  const api = getElement(Number(holder.id.slice(1)))?.api;
  const focused = api?.getFocusedCell();
  const text = event.clipboardData?.getData("text/plain");
  if (!focused || !text) return;
  event.preventDefault();
  const columns = api.getAllDisplayedColumns();
  const first = columns.indexOf(focused.column);
  text.replace(/\r/g, "").replace(/\n$/, "").split("\n").forEach((line, down) => {
    const node = api.getDisplayedRowAtIndex(focused.rowIndex + down);
    if (!node) return;
    line.split("\t").forEach((value, right) => {
      const column = columns[first + right];
      if (column && column.isCellEditable(node)) node.setDataValue(column, value);
    });
  });
});

// A cell as it is shown: the name of what it holds, then what it holds, which is what one edits.
window.shownCell = (p) => {
  const word = p.value == null ? undefined : p.api.shownWords?.[p.colDef.field]?.[p.value];
  return word ? `${word} (${p.value})` : p.value;
};

// Rows of a sheet, fetched once its grid stands; what was typed is laid over them, rows that were
// asked for come below, and the grid opens at the place that was asked for.
window.fillGrid = async (api, asked) => {
  const [answer, named] = await Promise.all([fetch(asked.url), fetch(asked.words)]);
  if (answer.redirected) location.reload(); // let in no more
  if (!answer.ok || !named.ok || answer.redirected || named.redirected) return;
  const rows = await answer.json();
  api.shownWords = await named.json();
  for (let more = 1; more <= asked.added; more += 1) rows.push({ _row: asked.last + more });
  const places = new Map(rows.map((row) => [row._row, row]));
  asked.edited.forEach(([at, name, text]) => {
    const row = places.get(at);
    if (row) Object.assign(row, { [name]: text, _edited: { ...row._edited, [name]: true } });
  });
  if (api.isDestroyed()) return;
  api.setGridOption("rowData", rows);
  if (!asked.goto) return;
  const show = (index, name) => {
    if (index >= 0 && index < rows.length) api.ensureIndexVisible(index, "middle");
    if (name) api.ensureColumnVisible(name, "middle");
  };
  show(...asked.goto);
  // In a window made narrower the place would lie outside.
  let width = innerWidth;
  api.addEventListener("gridSizeChanged", () => {
    if (width === innerWidth) return;
    width = innerWidth;
    const cell = api.getFocusedCell();
    setTimeout(() => (cell ? show(cell.rowIndex, cell.column.getColId()) : show(...asked.goto)), 50);
  });
};

// Rows are compared in the order in which they were chosen.
document.addEventListener("change", (event) => {
  if (event.target.classList?.contains("wb-choose")) event.target.dataset.at = performance.now();
});

// The year of a map: every work carries its years, by which its mark is drawn anew.
document.addEventListener("input", (event) => {
  const slider = event.target;
  if (!slider.classList?.contains("wb-map-year")) return;
  const year = Number(slider.value);
  slider.parentElement.querySelector("output").textContent = year;
  document.querySelectorAll(`#${slider.dataset.map} .m[data-a]`).forEach((mark) => {
    const { a: start, b: opening } = mark.dataset;
    if (start) mark.setAttribute("class", `m ${Number(opening) <= year ? "o" : Number(start) <= year ? "w" : "n"}`);
  });
});

// Rows of a long table, a page of them at a time, sorted and sought by the server.
window.pageOfRows = async (api, path, asked) => {
  const [sort] = asked.sortModel;
  const query = new URLSearchParams({ first: asked.startRow, count: asked.endRow - asked.startRow });
  if (sort) query.set("sort", sort.colId);
  if (sort?.sort === "desc") query.set("falls", "1");
  const answer = await fetch(`${path}&${query}`).catch(() => undefined); // the server is away
  if (answer?.redirected) location.reload(); // let in no more
  if (!answer?.ok || answer.redirected) return asked.failCallback();
  const told = await answer.json();
  asked.successCallback(told.rows, told.of);
  if (api.isDestroyed()) return;
  if (!told.of) api.showNoRowsOverlay();
  else api.hideOverlay();
};

// Cells of a table that came whole, in the order in which the server sorts a long one: numbers
// before texts, Chinese by pinyin, empty ones last whichever way.
window.inOrder = (one, other, row, beside, falls) => {
  const [is, are] = [one, other].map((cell) => cell == null);
  if (is || are) return (is - are) * (falls ? -1 : 1);
  const [text, words] = [one, other].map((cell) => typeof cell === "string");
  if (text !== words) return text - words;
  return text ? one.localeCompare(other, document.documentElement.lang, { numeric: true }) : one - other;
};

// A drawing too large for its page: fetched once it stands, and kept by the browser.
const fetchDrawings = () =>
  document.querySelectorAll("[data-fetched]").forEach(async (place) => {
    const path = place.dataset.fetched;
    delete place.dataset.fetched;
    const answer = await fetch(path);
    if (answer.redirected) location.reload();
    if (answer.ok && !answer.redirected && !place.childElementCount) place.innerHTML = await answer.text();
  });
new MutationObserver(fetchDrawings).observe(document.body, { childList: true, subtree: true });
fetchDrawings();

// Under a finger nothing tells a text that its row has no room for: the cell that is chosen, by a
// tap or with the keys, is told in full at the foot of the window, until another is.
const tellCell = (cell) => {
  const isCut = cell && (cell.scrollHeight > cell.clientHeight + 1 || cell.scrollWidth > cell.clientWidth + 1);
  let foot = document.querySelector(".wb-told");
  if (!isCut) return void (foot && (foot.hidden = true));
  if (!foot) {
    foot = document.createElement("div");
    foot.className = "wb-told";
    foot.setAttribute("role", "status");
    document.body.append(foot);
  }
  foot.textContent = cell.textContent;
  foot.hidden = false;
};
const chosenCell = (event) =>
  tellCell(event.target.closest?.(".ag-root .ag-cell:not(.ag-cell-inline-editing)"));
document.addEventListener("click", chosenCell);
document.addEventListener("focusin", chosenCell);
document.addEventListener("keydown", (event) => event.key === "Escape" && tellCell(null));

// Columns of a grid by the width that there is: a few share it; in a narrow window each has the
// least by which three stand side by side, whatever they had in a wide one.
window.fitGrid = (api, few) => {
  if (api.isDestroyed()) return;
  const columns = api.getAllDisplayedColumns();
  const isNarrow = innerWidth < 600;
  if (!few && !isNarrow) return;
  const least = (column) => {
    const wordy = [column.getColDef().type].flat().includes("wordy");
    return isNarrow ? (wordy ? 104 : 84) : (wordy ? 160 : 110);
  };
  api.sizeColumnsToFit({
    columnLimits: columns.map((column) => ({ key: column.getColId(), minWidth: least(column) })),
  });
};
