/** The public names of JAX that people reach for, module by module. What here bears another name, or is not here, says so. */

/** Ours under another name or with a difference; or why there is nothing. */
export type Remark = { readonly ours: string; readonly but?: string } | { readonly absent: string }
export interface Module {
  readonly title: string
  /** Where ours stand, for names that live in a namespace of ours. */
  readonly prefix?: string
  /** Names whose camelCase is our name, unless a remark says otherwise. */
  readonly names: string
  readonly remarks?: Readonly<Record<string, Remark>>
}
const ours = (name: string, but?: string): Remark => (but === undefined ? { ours: name } : { ours: name, but })
const absent = (why: string): Remark => ({ absent: why })

const complex = absent("complex numbers are pairs, and only fft has them")
const mutable = absent("tensors are never written to")
const strings = absent("no strings or files of NumPy's own printing")
const polynomials = absent("polynomials are not numerics of tensors")
const alias = (name: string): Remark => ours(name, "one name for one thing")

export const modules: readonly Module[] = [
  {
    title: "jax",
    names: `grad value_and_grad vjp jvp linearize jacfwd jacrev hessian vmap jit checkpoint custom_jvp custom_vjp
      make_jaxpr eval_shape linear_transpose named_call pmap device_put block_until_ready debug_nans ensure_compile_time_eval
      pure_callback`,
    remarks: {
      make_jaxpr: ours("makeProgram"),
      debug_nans: ours("debugNaN", "around a function, not a global switch"),
      device_put: ours("setEngine", "and `await x.to(engine)`"),
      eval_shape: absent("shapes are types; `makeProgram` prints those of every step"),
      linear_transpose: ours("vjp", "of a linear function"),
      named_call: absent("programs print with the functions' names"),
      pmap: absent("one device; wasm uses its cores by itself"),
      block_until_ready: absent("`await x.data()`"),
      ensure_compile_time_eval: absent("what does not depend on arguments runs at once"),
      pure_callback: ours("loop.routine", "inside definePrimitive, with its derivative"),
    },
  },
  {
    title: "jax.lax: control flow, collectives, operations that NumPy lacks",
    names: `scan fori_loop while_loop cond switch map associative_scan stop_gradient custom_linear_solve psum pmean pmax
      pmin axis_index all_gather all_to_all ppermute dynamic_slice dynamic_update_slice dynamic_index_in_dim
      conv_general_dilated conv_transpose reduce_window dot_general gather scatter scatter_add top_k sort sort_key_val
      cumsum cumprod cummax cummin cumlogsumexp clamp rsqrt erf erfc erf_inv lgamma digamma polygamma igamma igammac
      population_count bitcast_convert_type convert_element_type iota broadcasted_iota select select_n rem round expand_dims
      logistic integer_pow nextafter`,
    remarks: {
      fori_loop: ours("forLoop"),
      switch: ours("switchOn", "`switch` is a word of JavaScript"),
      map: ours("scan", "or `vmap`"),
      custom_linear_solve: ours("linearSolve"),
      all_gather: absent("no devices to gather from; `vmap` without `axisName` sees the whole batch"),
      all_to_all: absent("as all_gather"),
      ppermute: absent("as all_gather"),
      dynamic_index_in_dim: ours("take"),
      conv_general_dilated: ours("conv2d", "and conv1d, conv3d: one layout, [N, C, …]"),
      conv_transpose: ours("convTranspose2d", "and 1d, 3d, as in PyTorch"),
      reduce_window: ours("maxPool2d", "and avgPool2d, in one to three dimensions"),
      dot_general: ours("einsum"),
      gather: ours("at", "`at(x, …).get()`, and take, takeAlongAxis"),
      scatter: ours("at", "`at(x, …).set(v)`"),
      sort_key_val: ours("argsort", "then take"),
      erf_inv: ours("erfinv"),
      igamma: absent("no fixed-length expression holds f32 accuracy over all of (a, x)"),
      igammac: absent("as igamma"),
      population_count: ours("popCount"),
      bitcast_convert_type: absent("inside definePrimitive, as `loop.bitcast`"),
      convert_element_type: ours("cast"),
      iota: ours("arange"),
      broadcasted_iota: ours("arange", "with broadcastTo"),
      select_n: ours("select", "as NumPy's: conditions and choices"),
      integer_pow: ours("pow"),
      nextafter: absent("not asked for yet"),
    },
  },
  {
    title: "jax.numpy: elementwise",
    names: `add subtract multiply divide true_divide floor_divide power float_power remainder mod fmod divmod negative
      positive reciprocal abs absolute fabs sign sqrt cbrt square exp exp2 expm1 log log2 log10 log1p logaddexp logaddexp2
      sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh arcsinh arccosh arctanh hypot deg2rad rad2deg degrees radians
      sinc i0 floor ceil trunc rint round fix modf frexp ldexp copysign signbit heaviside nan_to_num clip maximum minimum
      fmax fmin bitwise_and bitwise_or bitwise_xor bitwise_not invert left_shift right_shift bitwise_count gcd lcm
      equal not_equal less less_equal greater greater_equal logical_and logical_or logical_not logical_xor isnan isinf
      isfinite isneginf isposinf isclose allclose array_equal array_equiv isreal iscomplex real imag conj angle where select
      piecewise nextafter spacing unwrap`,
    remarks: {
      subtract: ours("sub"),
      multiply: ours("mul"),
      divide: ours("div", "integers divide to integers, towards 0"),
      true_divide: ours("div", "integers: cast them first"),
      power: ours("pow"),
      float_power: ours("pow"),
      remainder: ours("mod"),
      fmod: ours("rem"),
      divmod: absent("floorDivide and mod"),
      negative: ours("neg"),
      positive: absent("x itself"),
      absolute: alias("abs"),
      fabs: alias("abs"),
      logaddexp: ours("logAddExp"),
      logaddexp2: absent("logAddExp over log 2"),
      arcsin: ours("asin"),
      arccos: ours("acos"),
      arctan: ours("atan"),
      arctan2: ours("atan2"),
      arcsinh: ours("asinh"),
      arccosh: ours("acosh"),
      arctanh: ours("atanh"),
      deg2rad: alias("radians"),
      rad2deg: alias("degrees"),
      rint: alias("round"),
      fix: alias("trunc"),
      modf: absent("trunc, and the difference"),
      frexp: absent("floats are not taken apart"),
      ldexp: absent("mul(x, exp2(n))"),
      copysign: ours("copySign"),
      signbit: absent("less(x, 0) but for -0"),
      fmax: absent("where(isNaN(x), y, maximum(x, y))"),
      fmin: absent("as fmax"),
      invert: alias("bitwiseNot"),
      bitwise_count: ours("popCount"),
      gcd: absent("not asked for yet"),
      lcm: absent("not asked for yet"),
      isnan: ours("isNaN"),
      isinf: ours("isInf"),
      isfinite: ours("isFinite"),
      isneginf: absent("equal(x, -Infinity)"),
      isposinf: absent("equal(x, Infinity)"),
      isclose: ours("isClose"),
      allclose: ours("allClose"),
      array_equal: absent("all(equal(a, b)); shapes are types"),
      array_equiv: absent("arrays that broadcast: all(equal(a, b))"),
      isreal: complex,
      iscomplex: complex,
      real: complex,
      imag: complex,
      conj: complex,
      angle: complex,
      piecewise: ours("select"),
      nextafter: absent("not asked for yet"),
      spacing: absent("not asked for yet"),
      unwrap: absent("not asked for yet"),
      i0: absent("no Bessel functions"),
    },
  },
  {
    title: "jax.numpy: reductions, cumulative, statistics",
    names: `sum prod mean std var max min amax amin argmax argmin all any ptp median quantile percentile average nansum
      nanmean nanmax nanmin nanvar nanstd nanprod nanmedian nanquantile nanargmax nanargmin count_nonzero cumsum cumprod
      nancumsum nancumprod diff ediff1d trapezoid cov corrcoef correlate convolve histogram histogram2d histogramdd
      histogram_bin_edges bincount digitize`,
    remarks: {
      var: ours("variance", "`var` is a word of JavaScript"),
      amax: alias("max"),
      amin: alias("min"),
      corrcoef: ours("corrCoef"),
      bincount: ours("bincount", "its length is given, so that the shape is known"),
      nanstd: absent("sqrt(nanVar(x))"),
      nanprod: absent("prod(where(isNaN(x), 1, x))"),
      nanmedian: absent("not asked for yet"),
      nanquantile: absent("not asked for yet"),
      nanargmax: absent("argmax(where(isNaN(x), -Infinity, x))"),
      nanargmin: absent("as nanargmax"),
      nancumsum: absent("cumsum(nanToNum(x))"),
      nancumprod: absent("cumprod(where(isNaN(x), 1, x))"),
      ediff1d: ours("diff"),
      trapezoid: absent("a sum of means times diff"),
      histogram: ours("histogram", "counts and edges; bins by number"),
      correlate: ours("conv1d"),
      convolve: ours("conv1d", "with the kernel flipped"),
      histogram2d: absent("one axis at a time"),
      histogramdd: absent("one axis at a time"),
      histogram_bin_edges: ours("linspace"),
      nansum: ours("nanSum"),
      nanmean: ours("nanMean"),
      nanmax: ours("nanMax"),
      nanmin: ours("nanMin"),
      nanvar: ours("nanVar"),
    },
  },
  {
    title: "jax.numpy: making and shaping",
    names: `array asarray zeros ones full zeros_like ones_like full_like empty arange linspace logspace geomspace eye
      identity diag diagflat diagonal tri tril triu vander meshgrid mgrid indices fromfunction copy astype reshape ravel
      squeeze expand_dims transpose swapaxes moveaxis rollaxis permute_dims concatenate stack vstack hstack dstack
      column_stack block append insert delete split array_split vsplit hsplit dsplit tile repeat pad flip fliplr flipud roll
      rot90 broadcast_to broadcast_arrays broadcast_shapes atleast_1d atleast_2d atleast_3d resize trim_zeros shape ndim
      size result_type promote_types`,
    remarks: {
      array: ours("tensor"),
      asarray: ours("tensor"),
      empty: ours("zeros", "there is no memory without values"),
      identity: ours("eye"),
      diagflat: ours("diag"),
      vander: absent("pow(expandDims(x, …), arange(n))"),
      mgrid: ours("meshgrid"),
      fromfunction: ours("vmap", "over arange"),
      copy: absent("tensors are never written to"),
      astype: ours("cast"),
      ravel: ours("flatten"),
      rollaxis: ours("moveAxis"),
      moveaxis: ours("moveAxis"),
      swapaxes: ours("swapAxes"),
      permute_dims: ours("transpose"),
      concatenate: ours("concat"),
      dstack: ours("concat"),
      column_stack: ours("stack"),
      vstack: ours("concat"),
      hstack: ours("concat", "with an axis"),
      block: ours("concat"),
      append: ours("concat"),
      insert: absent("concat of slices"),
      delete: absent("concat of slices"),
      array_split: ours("split", "with the sizes"),
      vsplit: ours("split"),
      hsplit: ours("split"),
      dsplit: ours("split"),
      fliplr: ours("flip"),
      flipud: ours("flip"),
      broadcast_arrays: ours("broadcastTo"),
      broadcast_shapes: absent("types do it"),
      atleast_1d: absent("expandDims; ranks are known"),
      atleast_2d: absent("as atleast_1d"),
      atleast_3d: absent("as atleast_1d"),
      resize: ours("tile", "`resize` here is of images"),
      trim_zeros: absent("a shape that depends on values"),
      shape: absent("x.shape"),
      ndim: absent("x.shape.length"),
      size: absent("x.shape"),
      result_type: absent("types do it"),
      promote_types: absent("types do it"),
    },
  },
  {
    title: "jax.numpy: indexing and sorting",
    names: `take take_along_axis put put_along_axis choose compress extract place putmask fill_diagonal diag_indices
      tril_indices triu_indices unravel_index ravel_multi_index ix_ nonzero flatnonzero argwhere searchsorted sort argsort
      lexsort partition argpartition unique unique_counts unique_values isin in1d intersect1d union1d setdiff1d setxor1d
      interp apply_along_axis apply_over_axes vectorize at`,
    remarks: {
      put: ours("at", "`at(x, …).set(v)`"),
      put_along_axis: ours("at"),
      choose: ours("select"),
      compress: ours("nonzero", "with a bound, then take"),
      extract: ours("nonzero", "with a bound, then take"),
      place: ours("where"),
      putmask: ours("where"),
      fill_diagonal: ours("where", "with eye"),
      diag_indices: ours("arange"),
      tril_indices: absent("tril keeps the shape"),
      triu_indices: absent("triu keeps the shape"),
      ix_: absent("at(x, rows, columns) with expandDims"),
      flatnonzero: ours("nonzero", "of flatten(x)"),
      argwhere: ours("argWhere"),
      searchsorted: ours("searchSorted"),
      lexsort: absent("argsort twice, it keeps the order of equals"),
      partition: ours("topK", "or sort"),
      argpartition: ours("topK", "or argsort"),
      unique_counts: ours("unique"),
      unique_values: ours("unique"),
      isin: ours("isIn"),
      in1d: ours("isIn"),
      intersect1d: absent("a shape that depends on values; unique and isIn with a bound"),
      union1d: absent("as intersect1d"),
      setdiff1d: absent("as intersect1d"),
      setxor1d: absent("as intersect1d"),
      apply_along_axis: ours("vmap"),
      apply_over_axes: absent("a list of axes does it"),
      vectorize: ours("vmap"),
    },
  },
  {
    title: "jax.numpy.linalg, jax.scipy.linalg and products",
    names: `dot vdot vecdot inner outer matmul tensordot einsum einsum_path kron cross trace norm vector_norm matrix_norm
      det slogdet inv pinv solve lstsq cholesky cho_factor cho_solve lu lu_factor lu_solve qr eig eigh eigvals eigvalsh svd
      svdvals solve_triangular matrix_power matrix_rank matrix_transpose multi_dot cond expm logm sqrtm polar schur
      hessenberg block_diag toeplitz hilbert tensorinv tensorsolve`,
    remarks: {
      vecdot: ours("einsum"),
      vector_norm: ours("norm"),
      matrix_norm: ours("norm"),
      cho_factor: ours("cholesky"),
      cond: ours("svd", "the first of s over the last; `cond` here is control flow"),
      lu_factor: ours("lu"),
      lu_solve: ours("solve"),
      lu: ours("lu", "a permutation as indices, not a matrix"),
      lstsq: ours("lstsq", "a record, with residuals always"),
      eig: absent("complex results; eigh for symmetric matrices"),
      eigvals: absent("as eig"),
      svd: ours("svd", "v, not vᵀ"),
      svdvals: ours("svd", "its s"),
      solve_triangular: ours("triangularSolve"),
      matrix_transpose: ours("swapAxes"),
      multi_dot: ours("einsum", "which looks for the cheapest order"),
      logm: absent("complex results in general"),
      sqrtm: absent("eigh for symmetric matrices"),
      polar: ours("svd"),
      schur: absent("complex results in general"),
      hessenberg: absent("not asked for yet"),
      block_diag: absent("pad and add"),
      toeplitz: absent("take over a table of differences"),
      hilbert: absent("div(1, add(i, j))"),
      tensorinv: ours("inv", "of a reshaped tensor"),
      tensorsolve: ours("solve", "of reshaped tensors"),
    },
  },
  {
    title: "jax.numpy.fft",
    names: `fft ifft rfft irfft fft2 ifft2 rfft2 irfft2 fftn ifftn rfftn irfftn hfft ihfft fftfreq rfftfreq fftshift
      ifftshift`,
    remarks: {
      rfft2: ours("rfft", "then fft over the other axis"),
      irfft2: ours("irfft"),
      rfftn: ours("rfft", "then fftn over the other axes"),
      irfftn: ours("irfft"),
      hfft: absent("irfft of the conjugate"),
      ihfft: absent("rfft, conjugated"),
    },
  },
  {
    title: "jax.nn",
    names: `relu relu6 sigmoid softplus sparse_plus sparse_sigmoid soft_sign silu swish log_sigmoid leaky_relu hard_sigmoid
      hard_silu hard_swish hard_tanh elu celu selu gelu glu squareplus mish identity softmax log_softmax logsumexp standardize
      one_hot dot_product_attention scaled_matmul`,
    remarks: {
      sparse_plus: absent("not asked for yet"),
      sparse_sigmoid: absent("not asked for yet"),
      soft_sign: ours("softSign"),
      swish: alias("silu"),
      hard_silu: ours("hardSwish"),
      identity: absent("x itself"),
      logsumexp: ours("logSumExp"),
      dot_product_attention: ours("softmax", "and two products, which fuse; layers of attention are their own chapter"),
      scaled_matmul: absent("no 8-bit floats"),
    },
  },
  {
    title: "optax.losses",
    names: `softmax_cross_entropy softmax_cross_entropy_with_integer_labels sigmoid_binary_cross_entropy squared_error
      l2_loss absolute_error huber_loss log_cosh kl_divergence hinge_loss cosine_similarity cosine_distance ctc_loss
      poly_loss_cross_entropy smooth_labels triplet_margin_loss`,
    remarks: {
      softmax_cross_entropy: ours("crossEntropy", "with probabilities"),
      softmax_cross_entropy_with_integer_labels: ours("crossEntropy"),
      sigmoid_binary_cross_entropy: ours("binaryCrossEntropy"),
      l2_loss: ours("squaredError", "twice that"),
      huber_loss: ours("huber"),
      log_cosh: ours("logCosh"),
      hinge_loss: ours("hinge"),
      cosine_distance: ours("cosineSimilarity"),
      ctc_loss: absent("left out: a dynamic programme over alignments"),
      poly_loss_cross_entropy: absent("not asked for yet"),
      smooth_labels: ours("crossEntropy", "with labelSmoothing"),
      triplet_margin_loss: absent("not asked for yet"),
    },
  },
  {
    title: "jax.random",
    prefix: "random.",
    names: `key PRNGKey split fold_in bits uniform normal truncated_normal bernoulli categorical gumbel exponential laplace
      logistic cauchy t gamma loggamma beta dirichlet chisquare f poisson binomial geometric rademacher randint permutation
      choice orthogonal ball multivariate_normal maxwell pareto rayleigh wald weibull_min double_sided_maxwell lognormal
      triangular generalized_normal`,
    remarks: {
      PRNGKey: ours("random.key"),
      t: ours("random.studentT"),
      binomial: absent("a sum of bernoulli draws"),
      ball: absent("not asked for yet"),
      loggamma: ours("random.logGamma"),
      chisquare: ours("random.chiSquare"),
      f: absent("a ratio of gammas"),
      truncated_normal: ours("random.truncatedNormal", "bounds in { low, high }"),
      maxwell: absent("a norm of normals"),
      pareto: absent("exp of an exponential"),
      rayleigh: absent("a norm of normals"),
      wald: absent("not asked for yet"),
      weibull_min: absent("a power of an exponential"),
      double_sided_maxwell: absent("not asked for yet"),
      lognormal: absent("exp of a normal"),
      triangular: absent("from two uniforms"),
      generalized_normal: absent("not asked for yet"),
    },
  },
  {
    title: "jax.scipy.special",
    names: `erf erfc erfinv gamma gammaln digamma polygamma gammainc gammaincc beta betaln betainc factorial logit expit
      log_softmax softmax logsumexp xlogy xlog1py entr rel_entr kl_div i0 i0e i1 i1e bessel_jn ndtr ndtri log_ndtr zeta
      expi exp1 expn spence hyp1f1 lpmn sph_harm bernoulli`,
    remarks: {
      gamma: absent("exp(lgamma(x)) for positive x"),
      gammaln: ours("lgamma"),
      gammainc: absent("as lax.igamma"),
      gammaincc: absent("as lax.igamma"),
      beta: absent("exp(betaln(a, b))"),
      betainc: absent("not asked for yet"),
      factorial: absent("exp(lgamma(add(n, 1)))"),
      expit: alias("sigmoid"),
      logsumexp: ours("logSumExp"),
      entr: absent("neg(xlogy(x, x))"),
      rel_entr: ours("xlogy"),
      kl_div: ours("klDivergence", "from logarithms"),
      i0: absent("no Bessel functions"),
      i0e: absent("no Bessel functions"),
      i1: absent("no Bessel functions"),
      i1e: absent("no Bessel functions"),
      bessel_jn: absent("no Bessel functions"),
      ndtr: absent("half of erfc(-x / √2)"),
      ndtri: ours("erfinv"),
      log_ndtr: absent("not asked for yet"),
      zeta: absent("not asked for yet"),
      expi: absent("not asked for yet"),
      exp1: absent("not asked for yet"),
      expn: absent("not asked for yet"),
      spence: absent("not asked for yet"),
      hyp1f1: absent("not asked for yet"),
      lpmn: absent("not asked for yet"),
      sph_harm: absent("complex results"),
      bernoulli: absent("not asked for yet"),
    },
  },
  {
    title: "jax.ops, jax.image and jax.tree",
    names: `segment_sum segment_prod segment_max segment_min resize scale_and_translate tree.map tree.leaves tree.reduce
      tree.flatten tree.unflatten tree.structure tree.transpose tree.all`,
    remarks: {
      scale_and_translate: absent("not asked for yet"),
      "tree.flatten": ours("tree.leaves"),
      "tree.structure": ours("tree.equalStructure", "a structure is no value of its own"),
      "tree.transpose": absent("not asked for yet"),
      "tree.all": ours("tree.leaves"),
    },
  },
  {
    title: "NumPy, what has no place here",
    names: "save load savetxt loadtxt polyfit polyval put copyto array2string set_printoptions",
    remarks: {
      save: absent("cotangent/io writes .npy, .npz and safetensors"),
      load: absent("cotangent/io reads them"),
      savetxt: absent("cotangent/io writes CSV"),
      loadtxt: absent("cotangent/io reads CSV"),
      polyfit: polynomials,
      polyval: polynomials,
      put: mutable,
      copyto: mutable,
      array2string: strings,
      set_printoptions: strings,
    },
  },
]
