// Tabs that scroll sideways on phones begin where one is, not at their left end.
for (const here of document.querySelectorAll(".portal-nav [aria-current]")) {
  const row = here.closest("ul");
  row.scrollLeft = here.parentElement.offsetLeft - row.offsetLeft - (row.clientWidth - here.clientWidth) / 2;
}
