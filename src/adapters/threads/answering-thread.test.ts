import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AnsweringThread, startAnsweringThread } from './answering-thread.ts';
import type { Exercise } from './exercise.fixture.ts';

let one: AnsweringThread<Exercise, string>;
beforeEach(() => {
  one = startAnsweringThread(new URL('./exercise.fixture.ts', import.meta.url), 32);
});
afterEach(() => one.end());

describe('an answering thread', () => {
  test('answers one question after the other', async () => {
    one.ask('greet');
    expect(one.answerWithin(5_000)).toBe('hello');
    one.ask('greet');
    expect(await one.answerLater(5_000)).toBe('hello');
  });

  test('has no answer when its time is over, and can be ended in the middle', async () => {
    one.ask('never end');
    expect(one.answerWithin(20)).toBeUndefined();
    expect(await one.answerLater(20)).toBeUndefined();
    await one.end();
  });

  test('that dies of its memory says so at once, and takes nobody with it', async () => {
    one.ask('take all memory');
    await expect(one.answerLater(20_000)).rejects.toThrow('has died');
    expect(() => one.ask('greet')).toThrow('has died');
  });
});
