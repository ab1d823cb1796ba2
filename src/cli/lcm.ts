#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Only what is imported after this is compiled once instead of at every start, and static imports come before it.
enableCompileCache();
await import('./program.ts');
