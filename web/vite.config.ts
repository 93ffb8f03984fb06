import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import { packedFiles } from './packed-files.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** GraphiQL brings its fonts inside its style sheet, 350 kB that the policy of the site would not load anyway. */
const withoutFonts: Plugin = {
  name: 'without-fonts',
  enforce: 'pre',
  transform: (code, id) =>
    id.endsWith('/graphiql/dist/style.css') ? code.replace(/@font-face\s*\{[^}]*\}/g, '') : null,
}

/** `vite build` makes what browsers load, `vite build --ssr` what the gateway renders pages with. */
export default defineConfig(({ isSsrBuild }) => ({
  root: at('site'),
  // Files find each other wherever the exchange lies below its host.
  base: './',
  publicDir: false,
  plugins: [withoutFonts, ...(isSsrBuild ? [] : [packedFiles()])],
  logLevel: 'warn',
  // React asks for it while it runs; without it the server would render with the slow build for developers.
  define: { 'process.env.NODE_ENV': JSON.stringify('production') },
  ssr: { noExternal: true },
  build: {
    emptyOutDir: true,
    target: isSsrBuild ? 'node20' : 'es2022',
    modulePreload: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_100,
    outDir: at(isSsrBuild ? 'dist/site/server' : 'dist/site/client'),
    manifest: isSsrBuild ? false : 'manifest.json',
    rollupOptions: { input: at(isSsrBuild ? 'site/render.tsx' : 'site/enhance.ts') },
  },
}))
