(function () {
  var root = document.documentElement;
  root.classList.add("js");
  function each(list, call) { Array.prototype.forEach.call(list, call); }
  function tell(lang) {
    root.setAttribute("data-lang", lang);
    root.setAttribute("lang", lang === "zh" ? "zh-CN" : "en");
    document.title = root.getAttribute("data-title-" + lang);
    name_options();
  }
  document.getElementById("switch").addEventListener("click", function () {
    tell(root.getAttribute("data-lang") === "zh" ? "en" : "zh");
  });
  function ordered(one, other) { return one.localeCompare(other, root.lang, { numeric: true }); }
  // An option of a list cannot hold two languages: its text changes with the page's.
  function name_options() {
    var lang = root.getAttribute("data-lang");
    each(document.querySelectorAll("option[data-en]"), function (option) {
      option.textContent = option.getAttribute("data-" + lang);
    });
    // Names stand in the order of the page's language, Chinese by pinyin; the first means all.
    each(document.querySelectorAll("select:not([name=state])"), function (list) {
      var chosen = list.value, names = Array.prototype.slice.call(list.options, 1);
      names.sort(function (a, b) { return ordered(a.textContent, b.textContent); });
      names.forEach(function (option) { list.appendChild(option); });
      list.value = chosen;
    });
    each(document.querySelectorAll("[data-label-en]"), function (field) {
      field.setAttribute("aria-label", field.getAttribute("data-label-" + lang));
    });
  }
  var closed = [];
  window.addEventListener("beforeprint", function () {
    root.classList.add("on-paper");
    closed = Array.prototype.slice.call(document.querySelectorAll("details:not([open])"));
    closed.forEach(function (part) { part.open = true; });
  });
  window.addEventListener("afterprint", function () {
    root.classList.remove("on-paper");
    closed.forEach(function (part) { part.open = false; });
  });
  function shown(cell) {
    var own = cell.querySelector(root.getAttribute("data-lang") === "zh" ? ".zh" : ".en");
    return (own || cell).textContent;
  }
  function value(cell) {
    var text = shown(cell).replace(/[,%\s]/g, ""), number = parseFloat(text);
    return isNaN(number) ? shown(cell) : number;
  }
  each(document.querySelectorAll("table.sortable"), function (table) {
    each(table.querySelectorAll("thead th"), function (head, column) {
      head.tabIndex = 0;
      function sort() {
        var body = table.tBodies[0], up = head.getAttribute("aria-sort") !== "ascending";
        each(table.querySelectorAll("th[aria-sort]"), function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        Array.prototype.filter.call(body.rows, function (row) { return !row.classList.contains("total"); })
          .sort(function (a, b) {
            var x = value(a.cells[column]), y = value(b.cells[column]);
            var order = typeof x === "number" && typeof y === "number" ? x - y
              : ordered(String(x), String(y));
            return up ? order : -order;
          }).forEach(function (row) { body.appendChild(row); });
        each(body.querySelectorAll("tr.total"), function (row) { body.appendChild(row); });
      }
      head.addEventListener("click", sort);
      head.addEventListener("keydown", function (event) {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); sort(); }
      });
    });
  });
  var form = document.getElementById("filters");
  if (form) {
    var filter = function () {
      var search = form.elements.search.value.trim().toLowerCase(), count = 0;
      each(document.querySelectorAll("table.gantt tbody"), function (group) {
        var some = false;
        each(group.querySelectorAll("tr[data-sector]"), function (row) {
          var fits = !search || row.cells[0].textContent.toLowerCase().indexOf(search) >= 0;
          ["sector", "district", "state"].forEach(function (name) {
            var wanted = form.elements[name].value;
            fits = fits && (!wanted || row.getAttribute("data-" + name) === wanted);
          });
          var fund = form.elements.funds.value;
          fits = fits && (!fund || row.getAttribute("data-funds").split(" ").indexOf(fund) >= 0);
          row.hidden = !fits;
          some = some || fits;
          count += fits ? 1 : 0;
        });
        group.hidden = !some;
      });
      document.getElementById("count").textContent = count;
    };
    form.addEventListener("input", filter);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.addEventListener("reset", function () { setTimeout(filter, 0); });
  }
  var slider = document.getElementById("map-year");
  if (slider) {
    slider.addEventListener("input", function () {
      var year = +slider.value;
      document.getElementById("map-told").textContent = year;
      each(document.querySelectorAll("#map-drawing .m[data-a]"), function (mark) {
        var start = mark.getAttribute("data-a"), opening = mark.getAttribute("data-b");
        if (start) {
          mark.setAttribute("class", "m " + (+opening <= year ? "o" : +start <= year ? "w" : "n"));
        }
      });
    });
  }
  // What scrolls sideways is reached by keyboard.
  function reach() {
    each(document.querySelectorAll(".scroll"), function (part) {
      if (part.scrollWidth > part.clientWidth + 1) {
        var title = part.querySelector("caption, [aria-label]");
        part.tabIndex = 0;
        part.setAttribute("role", "region");
        if (title) { part.setAttribute("aria-label", title.getAttribute("aria-label") || shown(title)); }
      } else { part.removeAttribute("tabindex"); part.removeAttribute("role"); part.removeAttribute("aria-label"); }
    });
  }
  window.addEventListener("resize", reach);
  document.addEventListener("toggle", reach, true);
  reach();
  // The workbench asks for the language of the page around.
  var asked = /[?&]lang=(en|zh)(&|$)/.exec(location.search);
  tell(asked ? asked[1] : root.getAttribute("data-lang"));
})();
