import { Converter, ReflectionKind } from 'typedoc'
import { entryPoints } from './entry-points.js'

/**
 * Names modules as they are imported, not by their files.
 *
 * @param {import('typedoc').Application} app
 */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
      module.name = entryPoints.find(({ source }) => source === module.name)?.name ?? module.name
    }
  })
}
