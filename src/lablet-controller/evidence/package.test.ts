import fc from 'fast-check';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { packEvidence, readEvidence } from './package.ts';

const about = {
  installation: 'demo',
  sessionId: 's-1',
  definition: { id: 'd@1.0.0', name: 'd', version: '1.0.0' },
  collectedAt: '2026-01-01T00:00:00.000Z',
  problems: [],
  unreached: [],
};
const part = (name: string, text: string, path = 'configs/R1.txt') => ({ name, path, bytes: strToU8(text) });

describe('an evidence package', () => {
  test('gives back the texts that were put in, by their names', () => {
    const texts = fc.dictionary(
      fc.string({ minLength: 1 }).map((name) => `config:${name}`),
      fc.string(),
    );
    fc.assert(
      fc.property(texts, (evidence) => {
        const parts = Object.entries(evidence).map(([name, text]) => part(name, text));
        expect(readEvidence(packEvidence(about, parts)).texts).toEqual({ ...evidence });
      }),
    );
  });

  test('is the same bytes for the same evidence, in whatever order it came', () => {
    const parts = [part('config:R1', 'a'), part('output:R1:show', 'b', 'outputs/R1/show.txt')];
    expect(packEvidence(about, parts)).toEqual(packEvidence(about, parts.toReversed()));
  });

  test('names every file with its hash, and keeps captures out of the texts', () => {
    const zip = packEvidence(about, [part('config:R1', 'a'), part('pcap:l0', 'x', 'pcaps/l0.pcap')]);
    const manifest = JSON.parse(strFromU8(unzipSync(zip)['manifest.json'] ?? new Uint8Array()));
    expect(manifest.files.map(({ path }: { path: string }) => path)).toEqual([
      'configs/R1.txt',
      'pcaps/l0.pcap',
    ]);
    expect(manifest.files[0].sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(readEvidence(zip).texts).toEqual({ 'config:R1': 'a' });
  });

  test('that somebody has changed is refused', () => {
    const entries = unzipSync(packEvidence(about, [part('config:R1', 'no route')]));
    const forged = zipSync({ ...entries, 'configs/R1.txt': strToU8('ip route') });
    expect(() => readEvidence(forged)).toThrow(/not what was collected/);
    expect(() => readEvidence(strToU8('no zip'))).toThrow(/cannot be read/);
  });
});
