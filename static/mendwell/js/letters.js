// An address that ends in #message-7 opens that message; without a script it is scrolled to and opened by hand.
const open = () => location.hash && document.getElementById(location.hash.slice(1))?.querySelector("details")?.setAttribute("open", "");
addEventListener("hashchange", open);
open();
