import * as tf from '@tensorflow/tfjs-core'
import '../gradients.ts'

export const useBackend = async (name: string): Promise<void> => {
  // Debug checks of every op's output cost more than the ops of a small model.
  tf.enableProdMode()
  if (!(await tf.setBackend(name))) throw new Error(`The ${name} backend could not be started.`)
  await tf.ready()
}
