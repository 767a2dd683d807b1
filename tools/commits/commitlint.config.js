import { whyNotImperative } from './imperative.js'

/** Of the messages of this repository, checked by `npm run lint:commits`. */
export default {
  extends: ['@commitlint/config-conventional'],
  plugins: [
    {
      rules: {
        'subject-imperative': (/** @type {{ subject: string | null }} */ { subject }) => {
          const reason = subject ? whyNotImperative(subject) : undefined
          return [reason === undefined, `write the subject in the imperative ("add", "refuse"): ${reason}`]
        },
      },
    },
  ],
  rules: {
    'header-max-length': [0],
    'subject-max-length': [2, 'always', 60],
    'subject-imperative': [2, 'always'],
    'body-max-line-length': [0],
    'footer-max-line-length': [0],
  },
}
