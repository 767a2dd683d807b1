import { describeReadme } from '@sealbearer/adapter-tests'

describeReadme(new URL('../README.md', import.meta.url), { server: 'server', greets: false })
