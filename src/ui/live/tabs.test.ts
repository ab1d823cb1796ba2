import { describe, expect, it } from 'vitest';
import { HandPace } from '../browser/pace.fixture.ts';
import type { Frame } from './frame.ts';
import { Tabs, type Word } from './tabs.ts';

/** A browser: tabs that hear each other and share one lock. */
function browser() {
  const pace = new HandPace();
  const ears = new Map<string, (word: Word) => void>();
  let holder: { me: string; abort: AbortController; lose: (cause: Error) => void } | undefined;
  let queue: { me: string; begin: () => void }[] = [];

  const said: Word[] = [];
  const open = (me: string) => {
    const log: string[] = [];
    const tabs = new Tabs({
      me,
      pace,
      channel: {
        post: (word) => {
          said.push(word);
          for (const [other, hear] of ears) if (other !== me) hear(structuredClone(word));
        },
        onWord: (hear) => ears.set(me, hear),
      },
      hold: (work, steal) =>
        new Promise((_resolve, reject) => {
          const begin = () => {
            holder = { me, abort: new AbortController(), lose: reject };
            work(holder.abort.signal);
          };
          if (steal && holder) {
            holder.abort.abort();
            holder.lose(new Error('stolen'));
            holder = undefined;
          }
          if (holder) queue.push({ me, begin });
          else begin();
        }),
      lead: (signal) => {
        log.push('leads');
        signal.addEventListener('abort', () => log.push('led'));
      },
      everything: () => ({ frames: [{ event: 'all', data: { of: me } }], state: { kind: 'live' } }),
      onFrames: (frames: Frame[]) => log.push(...frames.map(({ event }) => event)),
      onState: (state) => log.push(state.kind),
      onRetry: () => log.push('retry'),
    });
    tabs.open();
    return { tabs, log };
  };

  const close = (me: string) => {
    ears.delete(me);
    queue = queue.filter((waiting) => waiting.me !== me);
    if (holder?.me !== me) return;
    holder = undefined;
    queue.shift()?.begin();
  };
  return { open, close, pace, said };
}

const frame = (event: string): Word => ({ type: 'frames', frames: [{ event, data: {} }] });

describe('tabs of one browser', () => {
  it('have one leader, who gives a new tab everything and then passes on what comes', () => {
    const { open } = browser();
    const one = open('one');
    const two = open('two');
    one.tabs.passOn(frame('news'));
    expect(one.log).toEqual(['leads']);
    expect(two.log).toEqual(['all', 'live', 'news']);
  });

  it('are not spoken to where there are none', () => {
    const { open, said } = browser();
    open('one').tabs.passOn(frame('news'));
    expect(said.filter(({ type }) => type === 'frames')).toEqual([]);
  });

  it('do not bother tabs that are long open with what a new tab asked for', () => {
    const { open } = browser();
    open('one');
    const two = open('two');
    const before = two.log.length;
    open('three');
    expect(two.log).toHaveLength(before);
  });

  it('go on with the next tab when the leader is closed', () => {
    const { open, close } = browser();
    open('one');
    const two = open('two');
    const three = open('three');
    close('one');
    two.tabs.passOn(frame('news'));
    expect(two.log).toContain('leads');
    expect(three.log).toContain('news');
    expect(three.log).not.toContain('leads');
  });

  it('take over from a leader that hangs', async () => {
    const { open, pace } = browser();
    const one = open('one');
    const two = open('two');
    pace.advance(75_000);
    expect(two.log).toContain('leads');
    expect(one.log).toContain('led');
    await Promise.resolve();
    two.tabs.passOn(frame('news'));
    expect(one.log).toContain('news');
  });

  it('let any tab ask for another attempt', () => {
    const { open } = browser();
    const one = open('one');
    open('two').tabs.retryNow();
    expect(one.log).toContain('retry');
  });
});
