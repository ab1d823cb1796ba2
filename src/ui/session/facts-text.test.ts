import { expect, it } from 'vitest';
import { factsText } from './facts-text.ts';

it('says the plain facts, and of nested ones what a person looks for', () => {
  const event = {
    type: 'session.pipeline.step.recorded',
    at: '2026-03-01T09:00:00Z',
    by: 'lablet-controller',
    pipeline: 'instantiate',
    step: { name: 'lab_start', status: 'FAILED', attempts: 3, message: 'no memory', output: { a: 1 } },
  };
  expect(factsText(event)).toBe('pipeline instantiate, step lab_start FAILED no memory');
});

it('says nothing of what it cannot say in a word', () => {
  expect(factsText({ type: 't', plan: [1, 2], progress: { steps: {} }, reason: undefined })).toBe('');
});
