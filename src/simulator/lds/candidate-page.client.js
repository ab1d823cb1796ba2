// Counts the time down between two looks at the server, and shows the page anew when the lab's state changes.
const time = document.getElementById('time');
const main = document.querySelector('main[data-status]');
const secondsBetweenLooks = 5;

let left = time ? Number(time.dataset.seconds) : undefined;
let ticks = 0;
let edited = false;

const show = () => {
  if (!time || left === undefined) return;
  const two = (value) => String(value).padStart(2, '0');
  time.textContent = `${Math.floor(left / 3600)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
  time.classList.toggle('short', left < 300);
};

const look = async () => {
  const response = await fetch(main.dataset.status);
  if (!response.ok) return;
  const status = await response.json();
  if (status.secondsLeft !== null) left = status.secondsLeft;
  if (status.state === main.dataset.state && (status.end ?? '') === main.dataset.end) return;
  // A longer or shorter time is no reason to throw away what is being typed.
  if (status.mayEdit && edited) return;
  edited = false;
  location.reload();
};

document.querySelector('textarea')?.addEventListener('input', () => {
  edited = true;
});
for (const form of document.forms) {
  form.addEventListener('submit', () => {
    edited = false;
  });
}
addEventListener('beforeunload', (event) => {
  if (edited) event.preventDefault();
});

if (main) {
  setInterval(() => {
    if (left) left -= 1;
    show();
    ticks += 1;
    // A server that does not answer now will be asked again in a moment.
    if (ticks % secondsBetweenLooks === 0) look().catch(() => undefined);
  }, 1000);
  show();
}
