import fc from 'fast-check';
import { expect, it } from 'vitest';
import { frame } from './frame.ts';

it('whatever it says, a frame is one event, and says the same when it is read', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom('session.updated', 'reset'), (data, type) => {
      const lines = frame(type, data, 'e.1').split(/\r\n|\r|\n/);
      expect(lines.slice(3)).toEqual(['', '']);
      const fields = Object.fromEntries(lines.slice(0, 3).map((line) => line.split(/: (.*)/s)));
      expect(fields).toMatchObject({ event: type, id: 'e.1' });
      const said = { type, source: 'lablet-cloud-manager', data };
      expect(JSON.parse(String(fields['data']))).toEqual(JSON.parse(JSON.stringify(said)));
    }),
  );
});
