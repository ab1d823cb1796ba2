import { browserPace, uniqueText } from '../browser/pace.ts';
import { type Stores, stores } from '../store/stores.ts';
import { applyFrames, START } from './apply-frames.ts';
import { type ConnectionState, ConnectionStore } from './connection.ts';
import { FlushQueue } from './flush-queue.ts';
import type { Frame } from './frame.ts';
import { SILENCE_MS, Stream } from './stream.ts';
import { Tabs, type Word } from './tabs.ts';

const STREAM_URL = '/api/events/stream?kinds=session,worker,definition,lab-record';
const NAME = 'lcm-stream';

/** How the page stands with the server. */
export const connection = new ConnectionStore();

let position = START;
let cancelStale: (() => void) | undefined;

const queue = new FlushQueue<Frame>(browserPace, (frames) => {
  heard(frames);
  position = applyFrames(frames, stores, position);
  if (position.lastId && !connection.get().loaded) connection.set({ loaded: true });
});

const stream = new Stream({
  url: STREAM_URL,
  fetch: (url, init) => fetch(url, init),
  pace: browserPace,
  lastId: () => position.lastId,
  onFrames: (frames) => {
    queue.push(frames);
    tabs.passOn({ type: 'frames', frames });
  },
  onState: (state) => {
    took(state);
    tabs.passOn({ type: 'state', state });
  },
});

const channel = new BroadcastChannel(NAME);
const tabs = new Tabs({
  me: uniqueText(),
  pace: browserPace,
  channel: {
    post: (word) => channel.postMessage(word),
    onWord: (call) => {
      channel.onmessage = (message: MessageEvent<Word>) => call(message.data);
    },
  },
  hold: navigator.locks ? holdLock : undefined,
  lead: (signal) => {
    signal.addEventListener('abort', () => stream.stop());
    stream.start();
  },
  everything: () => ({ frames: everything(stores), state: connection.get().state }),
  onFrames: (frames) => queue.push(frames),
  onState: took,
  onRetry: () => stream.retryNow(),
});

/** Connects the stores with the server, for as long as the page is open. */
export function goLive(): void {
  tabs.open();
  addEventListener('online', retryNow);
}

/** Tries to connect at once. */
export function retryNow(): void {
  tabs.retryNow();
}

/** The server's clock, in milliseconds since the epoch. */
export function serverNow(): number {
  return browserPace.now() + connection.get().serverOffsetMs;
}

function heard(frames: readonly Frame[]): void {
  const now = browserPace.now();
  const said = frames.findLast(({ event }) => event === 'heartbeat' || event === 'connected')?.data;
  const serverTime = Date.parse(String(said?.['timestamp'] ?? said?.['serverTime'] ?? ''));
  cancelStale?.();
  cancelStale = browserPace.after(SILENCE_MS, () => connection.set({ stale: true }));
  const { heardAt, stale } = connection.get();
  // Once a second is enough for those who look at it.
  if (!stale && Number.isNaN(serverTime) && heardAt !== undefined && now - heardAt < 1_000) return;
  connection.set({
    heardAt: now,
    stale: false,
    ...(Number.isNaN(serverTime) ? {} : { serverOffsetMs: serverTime - now }),
  });
}

function took(state: ConnectionState): void {
  // Another person may log in next, who may see less.
  if (state.kind === 'signedOut') for (const store of Object.values(stores)) store.clear();
  if (state.kind === 'signedOut') position = START;
  connection.set(state.kind === 'live' ? { state, stale: false } : { state });
}

/** What is in the stores, told as the server would tell it. */
function everything(all: Stores): Frame[] {
  if (!position.lastId) return [];
  const snapshots = Object.entries(all).map(([kind, store]) => ({
    event: `${kind}.snapshot`,
    data: { kind, items: [...store.values()] },
  }));
  return [
    { event: 'connected', data: { epoch: position.epoch, serverTime: new Date(serverNow()).toISOString() } },
    ...snapshots,
    { id: position.lastId, event: 'snapshot.complete', data: {} },
  ];
}

function holdLock(work: (signal: AbortSignal) => void, steal: boolean): Promise<void> {
  const lost = new AbortController();
  const held = navigator.locks.request(NAME, { steal }, () => {
    work(lost.signal);
    // Held until the tab is closed or another one takes it.
    return new Promise<void>(() => {});
  });
  held.catch(() => lost.abort());
  return held;
}
