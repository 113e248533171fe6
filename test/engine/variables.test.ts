import { setTimeout } from 'node:timers/promises'
import v8 from 'node:v8'
import vm from 'node:vm'
import { beforeAll, expect, it } from 'vitest'
import { startBackend } from '../../src/engine/backends/startBackend.ts'
import { CompiledGraph } from '../../src/engine/recorder/compiledGraph.ts'
import { GraphBuilder } from '../../src/engine/recorder/graphBuilder.ts'
import { addAssignment, addVariable } from '../../src/engine/recorder/variables.ts'
import { backendFiles } from '../support/engineFiles.ts'

const size = 16

beforeAll(() => startBackend('tensorflow', backendFiles()))

const collectGarbage = async (): Promise<void> => {
  v8.setFlagsFromString('--expose-gc')
  // A weak reference keeps its object until the turn is over.
  await setTimeout(0)
  ;(vm.runInNewContext('gc') as () => void)()
}

// TensorFlow takes memory at a multiple of 64 bytes as it is, and copies other memory. A variable that
// holds an array's memory gives it back on a thread where Node's functions crash the process.
it('a variable has memory of its own, wherever the array lay that it was set from', async () => {
  const graph = new GraphBuilder()
  const variable = addVariable(graph, 'w', [size])
  const set = addAssignment(graph, [variable], 'set')
  const compiled = new CompiledGraph(graph)
  const setFrom = (offset: number): WeakRef<Float32Array> => {
    const values = new Float32Array(new ArrayBuffer(8 * size), offset, size).fill(1)
    const feed = { dtype: 'float32', shape: [size], values } as const
    compiled.run({ [set.values.get('w')!]: feed }, [set.done])
    return new WeakRef(values)
  }
  for (let offset = 0; offset < 64; offset += 4) {
    const array = setFrom(offset)
    await collectGarbage()
    expect(array.deref(), `set from offset ${offset}`).toBeUndefined()
    expect([...compiled.run({}, [variable.read])[0]!]).toEqual(Array(size).fill(1))
  }
  compiled.dispose()
})
