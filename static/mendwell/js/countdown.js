// How long a time is still kept: whole minutes, said once a minute, never in red.
export function countdown() {
  const places = document.querySelectorAll("[data-countdown]");
  if (!places.length) return;
  const tell = () =>
    places.forEach((place) => {
      const left = new Date(place.dataset.countdown) - Date.now();
      const minutes = Math.ceil(left / 60000);
      const { words, last, over } = place.dataset;
      place.textContent = left <= 0 ? over : minutes < 2 ? last : words.replace("%m", minutes);
    });
  tell();
  setInterval(tell, 10000);
}
