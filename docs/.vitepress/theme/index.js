import DefaultTheme from 'vitepress/theme'
import BenchmarkPicture from './BenchmarkPicture.vue'
import './style.css'

/** @type {import('vitepress').Theme} */
export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('BenchmarkPicture', BenchmarkPicture)
  },
}
