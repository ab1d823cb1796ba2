import { deliverEvent } from './event-delivery.ts';
import { openSlots } from './slots.ts';
import type { World } from './world.ts';

/** What happens to an event on its way out: the network's whims, to be turned on for tests and demos. */
export interface EventFate {
  copies: number;
  /** Milliseconds that it lies about before it is sent; later events may overtake it. */
  delayMs: number;
}

/** An event as its author sees it; the sender adds id, source and time. */
export interface EventDraft {
  type: string;
  /** What the event is about. Events of one subject reach a sink in the order in which they were emitted. */
  subject: string;
  data: Record<string, unknown>;
}

/** A CloudEvent in the JSON format, version 1.0. */
export interface CloudEvent extends EventDraft {
  specversion: '1.0';
  id: string;
  source: string;
  /** UTC ISO 8601. */
  time: string;
  datacontenttype: 'application/json';
}

/** One event that one sink has not taken yet. */
export interface Delivery {
  key: string;
  /** A URL, or `#` and its place in `sinks`, whose URL may change meanwhile. */
  sink: string;
  event: CloudEvent;
  attempts: number;
  /** Milliseconds since the epoch before which it is not sent; at once where absent. */
  dueAt?: number;
  /** Milliseconds since the epoch after which a failed attempt is the last one. */
  giveUpAt: number;
}

/** How events leave the simulated world. */
export interface EventSenderOptions {
  /** Names the durable queue: one sender per name. */
  name: string;
  /** The `source` of all its events, a URI. */
  source: string;
  /** URLs that get every event; read anew each time. What waits for one that has moved goes to its new address. */
  sinks: readonly string[];
  /** The means of transport; the platform's own by default. */
  fetch?: typeof globalThis.fetch;
  /** Asked once per event; by default each is sent once, at once. */
  eventFate?: () => EventFate;
  /** How long an event is tried before it is dropped, in milliseconds (5 minutes by default). */
  retryForMs?: number;
  /** How long a sink may take to answer, in milliseconds (10 seconds by default). */
  answerWithinMs?: number;
}

/** Sends CloudEvents over HTTP, at least once while a sink comes back within a few minutes. */
export interface EventSender {
  /** Queues the event durably for every sink, and for those given here; returns its id. */
  emit(draft: EventDraft, alsoTo?: readonly string[]): string;
  /** What no sink has taken yet, oldest first. */
  undelivered(): Delivery[];
  /** Stops sending. What is still queued is sent by the next sender of that name. */
  close(): void;
}

/**
 * Opens the sender and goes on with what an earlier one of the same name left in its queue.
 * Per sink and subject the order is kept: a later event waits for the earlier one to be taken or dropped.
 * A 410 ends all sending to that sink until the sender is opened anew; a 429 pauses the sink as long as
 * it asks for, and that time does not count against the event.
 */
export function openEventSender(world: World, options: EventSenderOptions): EventSender {
  const { clock, random } = world;
  const retryForMs = options.retryForMs ?? 5 * 60_000;
  const queue = world.state.collection<Delivery>(`events.${options.name}`);
  const lanes = new Map<string, Delivery[]>();
  const goneSinks = new Set<string>();
  const pausedUntil = new Map<string, number>();
  const closing = new AbortController();
  const means = {
    fetch: options.fetch ?? globalThis.fetch,
    clock,
    answerWithinMs: options.answerWithinMs ?? 10_000,
    signal: closing.signal,
  };
  const slots = openSlots(maxAtOnce);
  let count = queue.values().reduce((highest, { key }) => Math.max(highest, Number(key)), 0);

  const drop = (delivery: Delivery) => {
    queue.delete(delivery.key);
    const lane = lanes.get(laneOf(delivery));
    if (lane?.[0] === delivery) lane.shift();
  };

  const addressOf = ({ sink }: Delivery) =>
    sink.startsWith('#') ? options.sinks[Number(sink.slice(1))] : sink;

  const attempt = async (delivery: Delivery): Promise<void> => {
    const address = addressOf(delivery);
    if (address === undefined || goneSinks.has(address)) {
      drop(delivery);
      return;
    }
    const pauseMs = (pausedUntil.get(address) ?? 0) - clock.now();
    if (pauseMs > 0) {
      await clock.sleep(pauseMs, closing.signal);
      return;
    }
    const verdict = await slots.use(() => deliverEvent(address, delivery.event, means));
    closing.signal.throwIfAborted();
    if (verdict.kind === 'gone') goneSinks.add(address);
    if (verdict.kind === 'pause') {
      const resumeAt = clock.now() + verdict.ms;
      pausedUntil.set(address, resumeAt);
      delivery.giveUpAt = Math.max(delivery.giveUpAt, resumeAt + retryForMs);
      queue.put(delivery.key, delivery);
    } else if (verdict.kind !== 'retry' || clock.now() >= delivery.giveUpAt) {
      drop(delivery);
    } else {
      delivery.attempts += 1;
      queue.put(delivery.key, delivery);
      await clock.sleep(backOffMs(delivery.attempts, random.next()), closing.signal);
    }
  };

  const runLane = async (lane: Delivery[]): Promise<void> => {
    let head = lane[0];
    for (; head; head = lane[0]) {
      try {
        await attempt(head);
      } catch (error) {
        if (closing.signal.aborted) return;
        throw error;
      }
      if (!lane[0]) lanes.delete(laneOf(head));
    }
  };

  const enqueue = (delivery: Delivery) => {
    const lane = lanes.get(laneOf(delivery));
    if (lane) {
      lane.push(delivery);
      return;
    }
    const fresh = [delivery];
    lanes.set(laneOf(delivery), fresh);
    void runLane(fresh);
  };

  const enqueueWhenDue = (delivery: Delivery) => {
    const waitMs = (delivery.dueAt ?? 0) - clock.now();
    if (waitMs <= 0) {
      enqueue(delivery);
      return;
    }
    // A sender that is closed meanwhile leaves it in the queue.
    clock.sleep(waitMs, closing.signal).then(
      () => enqueue(delivery),
      () => undefined,
    );
  };

  for (const delivery of queue.values().toSorted((a, b) => a.key.localeCompare(b.key)))
    enqueueWhenDue(delivery);

  return {
    emit: (draft, alsoTo = []) => {
      const event: CloudEvent = {
        specversion: '1.0',
        // A seeded simulator that starts anew repeats its UUIDs; with the time in it, an id stays unique.
        id: `${clock.now().toString(36)}-${random.uuid()}`,
        source: options.source,
        time: new Date(clock.now()).toISOString(),
        datacontenttype: 'application/json',
        ...draft,
      };
      const { copies, delayMs } = options.eventFate?.() ?? { copies: 1, delayMs: 0 };
      const dueAt = clock.now() + delayMs;
      const callbacks = alsoTo.filter((url) => !options.sinks.includes(url));
      for (const sink of [...options.sinks.map((_, place) => `#${place}`), ...new Set(callbacks)]) {
        for (let copy = 0; copy < copies; copy++) {
          const key = String(++count).padStart(12, '0');
          const delivery = { key, sink, event, attempts: 0, dueAt, giveUpAt: dueAt + retryForMs };
          queue.put(key, delivery);
          enqueueWhenDue(delivery);
        }
      }
      return event.id;
    },
    undelivered: () => queue.values(),
    close: () => closing.abort(new Error('the event sender is closed')),
  };
}

/** Requests under way at once, so that a crowd logging in together does not open a socket each. */
const maxAtOnce = 16;

const laneOf = (delivery: Delivery) => `${delivery.sink} ${delivery.event.subject}`;

/** Half a second, doubled each time up to 30 s, less up to half of it by chance. */
const backOffMs = (attempts: number, chance: number) =>
  Math.min(30_000, 250 * 2 ** Math.min(attempts, 10)) * (1 - chance / 2);
