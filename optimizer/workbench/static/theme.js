// Light or dark: what the switch was set to, kept in a cookie that the server reads as well; nothing set follows the system.
(function () {
  var root = document.documentElement;
  var kept = /(?:^|; )infraplan_theme=(light|dark)(?:;|$)/.exec(document.cookie);
  function apply(theme) {
    if (theme) root.setAttribute("data-theme", theme); else root.removeAttribute("data-theme");
  }
  apply(kept ? kept[1] : "");
  document.addEventListener("change", function (event) {
    if (!event.target.classList || !event.target.classList.contains("wb-theme")) return;
    var age = event.target.value ? 31536000 : 0;
    document.cookie = "infraplan_theme=" + event.target.value + "; path=/; SameSite=Strict; max-age=" + age;
    apply(event.target.value);
  });
})();
