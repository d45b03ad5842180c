// What colleagues and customers do elsewhere is said here, from the list of news that comes with each fetched page:
// after a cut too, for the list tells what happened meanwhile. New bookings may ring; the switch is kept per browser.
import { say } from "./toast.js";

const list = document.querySelector("[data-news]");
const sound = document.querySelector("[data-sound]");
const STORE = "bench-sound";
const MOST = 3;
let audio = null;

function wanted() {
  try {
    return localStorage.getItem(STORE) === "on";
  } catch {
    return false;
  }
}

/** Two soft notes, made here: nothing is fetched. */
function ring() {
  audio ??= new AudioContext();
  audio.resume();
  [659.25, 880].forEach((pitch, place) => {
    const begin = audio.currentTime + place * 0.16;
    const note = audio.createOscillator();
    const volume = audio.createGain();
    note.frequency.value = pitch;
    volume.gain.setValueAtTime(0, begin);
    volume.gain.linearRampToValueAtTime(0.16, begin + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, begin + 0.5);
    note.connect(volume).connect(audio.destination);
    note.start(begin);
    note.stop(begin + 0.55);
  });
}

if (sound && "AudioContext" in window) {
  const show = () => sound.setAttribute("aria-pressed", String(wanted()));
  sound.hidden = false;
  show();
  sound.addEventListener("click", () => {
    try {
      localStorage.setItem(STORE, wanted() ? "off" : "on");
    } catch {
      return;
    }
    show();
    if (wanted()) ring();
  });
}

if (list) {
  const known = new Set([...list.children].map((line) => line.dataset.key));
  new MutationObserver(() => {
    const fresh = [...list.children].filter((line) => !known.has(line.dataset.key));
    fresh.forEach((line) => known.add(line.dataset.key));
    const others = fresh.filter((line) => line.dataset.kind && !("own" in line.dataset));
    others.slice(0, MOST).reverse().forEach((line) => {
      const link = line.querySelector("a");
      say(link.textContent, { href: link.href });
    });
    if (wanted() && others.some((line) => line.dataset.kind === "job.booked")) ring();
  }).observe(list, { childList: true });
}
