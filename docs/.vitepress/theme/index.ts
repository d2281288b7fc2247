// Without fonts of its own: what the system has, and nothing to load.
export { default } from 'vitepress/theme-without-fonts';

import './style.css';
