import protobuf from 'protobufjs'

/** tensorflow.DataType (types.proto). */
export const DataType = {
  float: 1,
  int32: 3,
  uint8: 4,
  string: 7,
  int64: 9,
  bool: 10,
  bfloat16: 14,
  resource: 20,
} as const

const field = (id: number, type: string) => ({ id, type })
const repeated = (id: number, type: string) => ({ id, type, rule: 'repeated' })
const map = (id: number, type: string) => ({ id, type, keyType: 'string' })

/**
 * The messages of a SavedModel, with the fields that are written here. Numbers are those of
 * TensorFlow's attr_value.proto, tensor.proto, node_def.proto, graph.proto, meta_graph.proto and
 * saved_model.proto.
 */
const root = protobuf.Root.fromJSON({
  nested: {
    Dim: { fields: { size: field(1, 'int64') } },
    TensorShape: { fields: { dim: repeated(2, 'Dim'), unknownRank: field(3, 'bool') } },
    Tensor: {
      fields: {
        dtype: field(1, 'int32'),
        tensorShape: field(2, 'TensorShape'),
        tensorContent: field(4, 'bytes'),
      },
    },
    ListValue: {
      fields: {
        s: repeated(2, 'bytes'),
        i: repeated(3, 'int64'),
        f: repeated(4, 'float'),
        b: repeated(5, 'bool'),
        type: repeated(6, 'int32'),
      },
    },
    AttrValue: {
      oneofs: { value: { oneof: ['list', 's', 'i', 'f', 'b', 'type', 'shape', 'tensor'] } },
      fields: {
        list: field(1, 'ListValue'),
        s: field(2, 'bytes'),
        i: field(3, 'int64'),
        f: field(4, 'float'),
        b: field(5, 'bool'),
        type: field(6, 'int32'),
        shape: field(7, 'TensorShape'),
        tensor: field(8, 'Tensor'),
      },
    },
    NodeDef: {
      fields: {
        name: field(1, 'string'),
        op: field(2, 'string'),
        input: repeated(3, 'string'),
        device: field(4, 'string'),
        attr: map(5, 'AttrValue'),
      },
    },
    VersionDef: { fields: { producer: field(1, 'int32'), minConsumer: field(2, 'int32') } },
    GraphDef: { fields: { node: repeated(1, 'NodeDef'), versions: field(4, 'VersionDef') } },
    MetaInfo: {
      fields: { tags: repeated(4, 'string'), tensorflowVersion: field(5, 'string') },
    },
    MetaGraph: { fields: { metaInfo: field(1, 'MetaInfo'), graphDef: field(2, 'GraphDef') } },
    SavedModel: {
      fields: { savedModelSchemaVersion: field(1, 'int64'), metaGraphs: repeated(2, 'MetaGraph') },
    },
  },
})

/** @throws Error where a value is not of its field's type */
export const encodeSavedModel = (message: object): Uint8Array => {
  const type = root.lookupType('SavedModel')
  const problem = type.verify(message)
  if (problem) throw new Error(`The graph cannot be written: ${problem}.`)
  return type.encode(type.fromObject(message)).finish()
}
