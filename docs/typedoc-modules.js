import { Comment, Converter, ReflectionKind } from 'typedoc'
import { entryPoints } from './entry-points.js'

/**
 * Names modules as they are imported, not by their files, and describes them as their packages.
 *
 * @param {import('typedoc').Application} app
 */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
      const entry = entryPoints.find(({ source }) => source === module.name)
      if (entry === undefined) continue
      module.name = entry.name
      module.comment ??= new Comment([{ kind: 'text', text: entry.description }])
    }
  })
}
