import { existsSync, readFileSync } from 'node:fs';
import { slug } from 'github-slugger';
import { defineConfig } from 'vitepress';
import { linkToPages } from './link-to-pages.js';

/** Written by `npm run docs:api`, which runs before the site is built or shown. */
const reference = new URL('../api/typedoc-sidebar.json', import.meta.url);

const page = (text: string, name: string) => ({ text, link: `/docs/${name}` });

/** The site is made of the pages as they are in the repository: nothing is written twice. */
export default defineConfig({
  title: 'Relais',
  description: 'Connects HTML5 games to game relays.',
  lang: 'en',
  srcDir: '..',
  outDir: '../dist-docs',
  cacheDir: '../node_modules/.cache/vitepress',
  srcExclude: ['{node_modules,dist,dist-docs,src,demo,test,scripts,deploy}/**', '**/.github/**'],
  rewrites: { 'README.md': 'index.md' },
  // The site can be put into any folder, and needs no server that knows it.
  base: process.env['DOCS_BASE'] ?? '/',
  ignoreDeadLinks: 'localhostLinks',
  markdown: {
    config: linkToPages,
    // A link into a page works here as it does in the repository.
    anchor: { slugify: (text) => slug(text) },
    languageAlias: { haproxy: 'nginx' },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      page('Getting started', 'getting-started'),
      page('Reference', 'api/'),
      { text: 'Changes', link: '/CHANGELOG' },
    ],
    sidebar: [
      {
        text: 'Begin',
        items: [
          { text: 'What it is, and how to run it', link: '/' },
          page('Getting started', 'getting-started'),
          page('Your first game', 'your-first-game'),
        ],
      },
      {
        text: 'Quick starts',
        items: [
          page('Phaser', 'recipes/phaser'),
          page('PlayCanvas', 'recipes/playcanvas'),
          page('Babylon.js', 'recipes/babylon'),
          page('Three.js', 'recipes/three'),
          page('React', 'recipes/react'),
          page('No engine', 'recipes/canvas'),
          page('Electron', 'recipes/electron'),
        ],
      },
      {
        text: 'The game',
        items: [
          page('The connection', 'connection'),
          page('Events', 'events'),
          page('Errors', 'errors'),
          page('Joining by code', 'joining-by-code'),
          page('Resuming', 'resuming'),
          page('The channel', 'channel'),
          page('Playing over the channel', 'playing-over-the-channel'),
          page('The Phaser plugin', 'phaser'),
          page('The relay’s datagrams', 'datagram'),
          page('Browsers', 'browsers'),
        ],
      },
      {
        text: 'The studio',
        items: [
          page('The proxy', 'proxy'),
          page('Metrics', 'metrics'),
          page('Upgrading', 'upgrading'),
          page('Deploying', 'deploying'),
          page('The gateway', 'gateway'),
          page('The command line', 'command-line'),
          page('Writing your own proxy', 'writing-your-own-proxy'),
          page('The simulator', 'simulator'),
          page('Security', 'security'),
        ],
      },
      {
        text: 'Background',
        items: [
          page('Architecture', 'architecture'),
          page('Limits', 'limits'),
          page('Performance', 'performance'),
          page('How it grows', 'scale'),
          { text: 'Contributing', link: '/CONTRIBUTING' },
          { text: 'Changes', link: '/CHANGELOG' },
        ],
      },
      {
        text: 'Reference',
        collapsed: true,
        items: existsSync(reference) ? JSON.parse(readFileSync(reference, 'utf8')) : [],
      },
    ],
  },
});
