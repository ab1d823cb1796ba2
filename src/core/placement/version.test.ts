import { describe, expect, it } from 'vitest';
import { compareVersions, versionInRange } from './version.ts';

describe('versions', () => {
  it('compare as numbers, part by part', () => {
    expect(compareVersions('2.10', '2.9')).toBeGreaterThan(0);
    expect(compareVersions('2.9.1', '2.9.1.0')).toBe(0);
    expect(compareVersions('2.8.9', '2.9')).toBeLessThan(0);
  });

  it('compare without their build and pre-release', () => {
    expect(compareVersions('2.9.1+build.7', '2.9.1')).toBe(0);
    expect(compareVersions('v2.9.1-dev0', '2.9.1')).toBe(0);
  });

  it('lie in a range with both ends included', () => {
    expect(versionInRange('2.9.1+build.7', { min: '2.9.1', max: '2.9.1' })).toBe(true);
    expect(versionInRange('2.10.0', { min: '2.9' })).toBe(true);
    expect(versionInRange('2.8.1', { min: '2.9' })).toBe(false);
  });

  it('a greatest version covers what it does not name', () => {
    expect(versionInRange('2.9.4', { max: '2.9' })).toBe(true);
    expect(versionInRange('2.10.0', { max: '2.9' })).toBe(false);
  });
});
