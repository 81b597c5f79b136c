/** Every optimiser by its name, made with a learning rate that may be traced. */
import * as optim from "cotangent/optim"
import { opaque, type Rate } from "cotangent/optim"

type Make = (learningRate: Rate) => optim.Transformation<optim.Opaque>
export const every: Readonly<Record<string, Make>> = {
  sgd: (learningRate) => opaque(optim.sgd({ learningRate })),
  momentum: (learningRate) => opaque(optim.momentum({ learningRate })),
  nesterov: (learningRate) => opaque(optim.nesterov({ learningRate })),
  adagrad: (learningRate) => opaque(optim.adagrad({ learningRate })),
  rmsprop: (learningRate) => opaque(optim.rmsprop({ learningRate })),
  "rmsprop, centred": (learningRate) => opaque(optim.rmsprop({ learningRate, centered: true, momentum: 0.5 })),
  adam: (learningRate) => opaque(optim.adam({ learningRate })),
  adamw: (learningRate) => opaque(optim.adamw({ learningRate, mask: /w$/ })),
  amsgrad: (learningRate) => opaque(optim.amsgrad({ learningRate })),
  nadam: (learningRate) => opaque(optim.nadam({ learningRate })),
  lion: (learningRate) => opaque(optim.lion({ learningRate, weightDecay: 0.1 })),
  lamb: (learningRate) => opaque(optim.lamb({ learningRate, weightDecay: 0.1 })),
  lars: (learningRate) => opaque(optim.lars({ learningRate, weightDecay: 0.1 })),
  adafactor: (learningRate) => opaque(optim.adafactor({ learningRate, minSize: 2 })),
  tam: (learningRate) => opaque(optim.tam({ learningRate })),
  adaTam: (learningRate) => opaque(optim.adaTam({ learningRate })),
  adaTamW: (learningRate) => opaque(optim.adaTamW({ learningRate, weightDecay: 0.1 })),
}
