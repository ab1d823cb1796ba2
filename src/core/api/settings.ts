import { z } from 'zod';
import { someSettings, systemSettingsValues } from '../domain/settings.ts';
import { endpoint, OPERATORS } from './endpoint.ts';

/** Settings in force, with the version of what is stored: 0 where nothing ever was. */
const settingsView = systemSettingsValues.extend({ version: z.number().int().min(0) });

/** Operations on settings. */
export const settings = {
  get: endpoint({
    method: 'GET',
    path: '/api/v1/settings',
    summary: 'Run-time settings as they are in force',
    roles: OPERATORS,
    rule: 'role',
    answer: settingsView,
  }),
  schema: endpoint({
    method: 'GET',
    path: '/api/v1/settings/schema',
    summary: 'What settings there are, as a JSON Schema',
    description:
      'Besides title, description and bounds, each says its unit (`x-unit`), where the value in force comes from (`x-source`: store, environment or default), and what holds once it is reset (`default`).',
    roles: OPERATORS,
    rule: 'role',
    answer: z.record(z.string(), z.unknown()),
  }),
  change: endpoint({
    method: 'PATCH',
    path: '/api/v1/settings',
    summary: 'Change settings; takes effect at once',
    description: 'Those that are not named stay as they are, also within a group.',
    roles: ['admin'],
    rule: 'role',
    body: someSettings,
    answer: settingsView,
    refusals: ['rule', 'staleVersion'],
    ifMatch: true,
  }),
  reset: endpoint({
    method: 'DELETE',
    path: '/api/v1/settings/:name',
    summary: 'Give a setting up: what environment or default say holds again, at once',
    description: 'The name of one, within a group as `login.idleSeconds`, or of a whole group.',
    roles: ['admin'],
    rule: 'role',
    params: z.object({ name: z.string().max(100) }),
    answer: settingsView,
    refusals: ['notFound', 'rule', 'staleVersion'],
    ifMatch: true,
  }),
};
