import { describe, expect, it } from 'vitest';
import { FrameReader } from './frame.ts';

const envelope = (data: unknown) => JSON.stringify({ type: 't', source: 's', time: 'now', data });

describe('reading the stream', () => {
  it('gives event, id and the data of the envelope', () => {
    const frames = new FrameReader().read(
      `id: e.7\nevent: worker.created\ndata: ${envelope({ id: 'w' })}\n\n`,
    );
    expect(frames).toEqual([{ id: 'e.7', event: 'worker.created', data: { id: 'w' } }]);
  });

  it('puts together what came in pieces, wherever it was cut', () => {
    const text = `event: a\r\ndata: ${envelope({ n: 1 })}\r\n\r\nevent: b\ndata: ${envelope({ n: 2 })}\n\n`;
    for (let cut = 1; cut < text.length; cut += 1) {
      const reader = new FrameReader();
      const frames = [...reader.read(text.slice(0, cut)), ...reader.read(text.slice(cut))];
      expect(frames.map(({ event, data }) => [event, data['n']])).toEqual([
        ['a', 1],
        ['b', 2],
      ]);
    }
  });

  it('passes over comments and frames without data', () => {
    expect(new FrameReader().read(': hello\n\nevent: empty\n\nretry: 3\n\n')).toEqual([]);
  });

  it('joins data of several lines', () => {
    const frames = new FrameReader().read('event: a\ndata: {"data":\ndata: {"n":1}}\n\n');
    expect(frames[0]?.data).toEqual({ n: 1 });
  });

  it('gives empty data where the envelope has none', () => {
    expect(new FrameReader().read('event: reset\ndata: {}\n\n')[0]?.data).toEqual({});
  });
});
