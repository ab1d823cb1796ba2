import type { Collection } from '../state.ts';
import { type CmlContext, isoNow } from './context.ts';
import { badRequest, notFound } from './errors.ts';
import type { Capture, LinkRecord } from './model.ts';
import { integer, object, optional, text } from './shape.ts';

/** A quiet lab sends a hello every so often: one packet a second, in virtual time too. */
const packetEveryMs = 1_000;

/** Starts a capture; one of `maxpackets` and `maxtime` must be given (1–1,000,000 and 1–86,400 s). */
export function startCapture(context: CmlContext, link: LinkRecord, body: unknown): Capture {
  const from = object(body, 'body');
  const maxpackets = optional(from, 'maxpackets', integer(1, 1_000_000));
  const maxtime = optional(from, 'maxtime', integer(1, 86_400));
  if (maxpackets === undefined && maxtime === undefined)
    throw badRequest('One of maxpackets and maxtime is required.');
  const startMs = context.world.clock.now();
  return {
    key: link.id,
    startMs,
    ...(maxtime === undefined ? {} : { maxtime, endMs: startMs + maxtime * 1000 }),
    ...(maxpackets === undefined ? {} : { maxpackets }),
    bpfilter: optional(from, 'bpfilter', text(128)) ?? '',
    encap: optional(from, 'encap', text(32)) ?? 'ethernet',
    starttime: isoNow(context),
  };
}

/** Packets captured so far. */
function packetCount(context: CmlContext, capture: Capture): number {
  const until = Math.min(capture.endMs ?? Number.POSITIVE_INFINITY, context.world.clock.now());
  const seen = Math.floor((until - capture.startMs) / packetEveryMs) + 1;
  return Math.max(0, Math.min(seen, capture.maxpackets ?? seen, 10_000));
}

/** The status document of a capture. */
export function captureStatus(context: CmlContext, capture: Capture) {
  return {
    config: {
      link_capture_key: capture.key,
      bpfilter: capture.bpfilter,
      encap: capture.encap,
      ...(capture.maxpackets === undefined ? {} : { maxpackets: capture.maxpackets }),
      ...(capture.maxtime === undefined ? {} : { maxtime: capture.maxtime }),
    },
    starttime: capture.starttime,
    packetscaptured: packetCount(context, capture),
  };
}

/**
 * The capture as a pcap file (libpcap 2.4, microseconds, little-endian, Ethernet): one broadcast frame of
 * EtherType 0x88B5 (IEEE 802 local experimental) a second, carrying the link's label.
 */
export function pcapFile(context: CmlContext, capture: Capture, link: LinkRecord): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(1, 20);
  return Buffer.concat([
    header,
    ...packets(context, capture, link).flatMap(({ record, frame }) => [record, frame]),
  ]);
}

/** The packets as the API lists them. */
export function packetList(context: CmlContext, capture: Capture, link: LinkRecord) {
  return packets(context, capture, link).map(({ frame }, index) => ({
    packet: {
      no: index + 1,
      time: ((index * packetEveryMs) / 1000).toFixed(6),
      source: context.store.nodes.get(link.nodeA)?.label ?? '',
      destination: 'Broadcast',
      protocol: '0x88b5',
      length: frame.length,
    },
  }));
}

function packets(context: CmlContext, capture: Capture, link: LinkRecord) {
  const payload = Buffer.from(link.label.padEnd(46, '\0'), 'utf8');
  const source = Buffer.from([
    0x52,
    0x54,
    0,
    ...Buffer.from(link.interfaceA.replaceAll('-', '').slice(-6), 'hex'),
  ]);
  const frame = Buffer.concat([Buffer.alloc(6, 0xff), source, Buffer.from([0x88, 0xb5]), payload]);
  return Array.from({ length: packetCount(context, capture) }, (_, index) => {
    const at = capture.startMs + index * packetEveryMs;
    const record = Buffer.alloc(16);
    record.writeUInt32LE(Math.floor(at / 1000), 0);
    record.writeUInt32LE((at % 1000) * 1000, 4);
    record.writeUInt32LE(frame.length, 8);
    record.writeUInt32LE(frame.length, 12);
    return { record, frame };
  });
}

/** The capture of that key, or 404. */
export function captureOf(captures: Pick<Collection<Capture>, 'get'>, key: string): Capture {
  const capture = captures.get(key);
  if (!capture) throw notFound('Packet capture', key);
  return capture;
}
