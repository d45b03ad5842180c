// Light or dark: what the visitor chose, else what the system says. Runs before the page is painted.
(() => {
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null;
    }
  };
  const show = () => {
    const theme = chosen();
    if (theme) root.dataset.theme = theme;
    root.dataset.shown = theme || (system.matches ? "dark" : "light");
  };
  show();
  system.addEventListener("change", show);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    try {
      localStorage.setItem("theme", root.dataset.shown === "dark" ? "light" : "dark");
    } catch {
      root.dataset.theme = root.dataset.shown === "dark" ? "light" : "dark";
    }
    show();
  });
})();
