import { expect, it } from 'vitest';
import { deprecationHeaders } from './deprecation.ts';

it('tells since when, until when, where that is written, and what to call instead', () => {
  expect(
    deprecationHeaders({ since: '2027-01-31', until: '2027-08-01', instead: '/api/v2/sessions' }),
  ).toEqual({
    deprecation: '@1801353600',
    sunset: 'Sun, 01 Aug 2027 00:00:00 GMT',
    link: '</api/docs>; rel="deprecation", </api/v2/sessions>; rel="successor-version"',
  });
});

it('links to no successor where there is none', () => {
  const { link } = deprecationHeaders({ since: '2027-01-31', until: '2027-08-01' });
  expect(link).toBe('</api/docs>; rel="deprecation"');
});
