// How long a time is still kept: whole minutes, said once a minute, never in red. May be called again after a change.
let ticking;

function tell() {
  document.querySelectorAll("[data-countdown]").forEach((place) => {
    const left = new Date(place.dataset.countdown) - Date.now();
    const minutes = Math.ceil(left / 60000);
    const { words, last, over } = place.dataset;
    const now = left <= 0 ? over : minutes < 2 ? last : words.replace("%m", minutes);
    if (place.textContent !== now) place.textContent = now;
  });
}

export function countdown() {
  tell();
  if (document.querySelector("[data-countdown]")) ticking ??= setInterval(tell, 10000);
}
