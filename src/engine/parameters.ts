import type * as tf from '@tensorflow/tfjs-core'

/** A model's weights by Hugging Face name, in a fixed order. */
export class Parameters {
  constructor(private readonly tensors: ReadonlyMap<string, tf.Tensor>) {}

  get(name: string): tf.Tensor {
    const tensor = this.tensors.get(name)
    if (!tensor) throw new Error(`The model has no parameter ${name}.`)
    return tensor
  }

  get names(): string[] {
    return [...this.tensors.keys()]
  }

  get count(): number {
    let numbers = 0
    for (const tensor of this.tensors.values()) numbers += tensor.size
    return numbers
  }

  list(): tf.Tensor[] {
    return [...this.tensors.values()]
  }

  dispose(): void {
    for (const tensor of this.tensors.values()) tensor.dispose()
  }
}
