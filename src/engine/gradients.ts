// tfjs-core alone knows no gradients; the union package registers them.
import '@tensorflow/tfjs'
