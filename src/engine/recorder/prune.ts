import type { GraphBuilder, NodeOutput } from './graphBuilder.ts'

/** Takes out what none of the nodes to keep depends on; placeholders stay. */
export const prune = (graph: GraphBuilder, keep: Iterable<NodeOutput>): void => {
  const byName = new Map(graph.nodes.map((node) => [node.name, node]))
  const needed = new Set<NodeOutput>()
  const waiting = [...keep]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const node = name.replace(/^\^/, '').replace(/:\d+$/, '')
    if (needed.has(node)) continue
    needed.add(node)
    waiting.push(...(byName.get(node)?.input ?? []))
  }
  const kept = graph.nodes.filter(({ name, op }) => needed.has(name) || op === 'Placeholder')
  graph.nodes.splice(0, graph.nodes.length, ...kept)
}
