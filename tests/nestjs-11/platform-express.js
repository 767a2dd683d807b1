// biome-ignore lint/performance/noReExportAll: stands for the whole package.
export * from '@nestjs/platform-express'
