import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The control plane serves `build/ui`; while developing, its API is reached through the proxy. */
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: '../../build/ui',
    emptyOutDir: true,
    target: 'es2023',
    rolldownOptions: {
      // The contract is data: parts of it that nobody reads may be left out.
      treeshake: {
        moduleSideEffects: [{ test: /\/src\/core\//, sideEffects: false }],
        propertyReadSideEffects: false,
      },
    },
  },
  server: { proxy: { '/api': 'http://localhost:8020' } },
});
