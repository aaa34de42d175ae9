// Every kernel, once: result, name, parameters, and above it the formula, the shapes and the layout. From
// this list come the struct Kernels (kernels.h, which has the rules that hold for all of them), the tables
// of all backends and the names in messages. Not a header: whoever includes it has defined KERNEL(result,
// name, parameters), and MEMORY_KERNEL where the kernels that only move memory are treated apart.
#ifndef MEMORY_KERNEL
#define MEMORY_KERNEL KERNEL
#endif

// ---- memory ---------------------------------------------------------------------------------------------
// 64-byte aligned, uninitialised; null when memory is exhausted.
MEMORY_KERNEL(void*, allocate, (Context&, std::size_t bytes))
MEMORY_KERNEL(void, release, (Context&, void*))
MEMORY_KERNEL(void, copy_in, (Context&, void* device, const void* host, std::size_t bytes))
MEMORY_KERNEL(void, copy_out, (Context&, void* host, const void* device, std::size_t bytes))
MEMORY_KERNEL(void, copy, (Context&, void* to, const void* from, std::size_t bytes))  // within the device
KERNEL(void, fill, (Context&, Index n, Real value, Real* x))
KERNEL(void, clear_all, (Context&, Index count, const ArraySlice* arrays))  // all elements of all arrays = 0
// The queue of the device's work, for a library that adds to it: a cudaStream_t, whose GPU is then the
// calling thread's; null where kernels are synchronous.
MEMORY_KERNEL(void*, queue, (Context&))
// Returns when all work is done; leaves errors in Context::error.
MEMORY_KERNEL(void, synchronise, (Context&))

// ---- linear algebra -------------------------------------------------------------------------------------
// y[i] = x[i] w + bias for each row; x [rows, in], w [in, out], bias [out], y [rows, out]
KERNEL(void, linear_forward,
       (Context&, Index rows, Index out, Index in, const Real* x, const Real* w, const Real* bias, Real* y))
// C = alpha op(A) op(B) + beta C; op(A) is m x k, op(B) is k x n, C is m x n; ld* are the distances between
// rows as stored. beta = 0 means C is not read (it may hold NaN).
KERNEL(void, gemm,
       (Context&, Transpose ta, Transpose tb, Index m, Index n, Index k, Real alpha, const Real* a, Index lda,
        const Real* b, Index ldb, Real beta, Real* c, Index ldc))
// d[i, j] = max(0, sum_k (x[i, k] - y[j, k])^2), x [m, k], y [n, k], d [m, n]. May be computed as |x|^2 +
// |y|^2 - 2 x.y: its error is then relative to |x|^2 + |y|^2, not to d.
KERNEL(void, pairwise_distance_forward,
       (Context&, Index m, Index n, Index k, const Real* x, const Real* y, Real* d))
// dx[i] += 2 sum_j g[i, j] (x[i] - y[j]); dy[j] += 2 sum_i g[i, j] (y[j] - x[i]); g = dLoss/dd. dx and dy
// may be the same array when x and y are.
KERNEL(void, pairwise_distance_backward,
       (Context&, Index m, Index n, Index k, const Real* x, const Real* y, const Real* g, Real* dx, Real* dy))

// ---- convolution (ConvolutionShape gives all layouts) ---------------------------------------------------
// y[n, i, j, o] = bias[o] + sum_{r, c, ch} x[n, i stride + r - pad, j stride + c - pad, ch] w[r, c, ch, o];
// bias may be null. A device may compute adjacent outputs of a row jointly (cpu, Winograd: 4 outputs of 5
// taps, 6 of 3). The error of each is then relative to the largest sum |x||w| among them instead of its
// own, and a value of x, w or dy that is not finite or is close to the largest float reaches all of them,
// including elements of dw that do not depend on it by the definition.
KERNEL(void, convolution_forward,
       (Context&, const ConvolutionShape&, const Real* x, const Real* w, const Real* bias, Real* y))
KERNEL(void, convolution_backward_input,
       (Context&, const ConvolutionShape&, const Real* dy, const Real* w, Real* dx))
KERNEL(void, convolution_backward_weights,
       (Context&, const ConvolutionShape&, const Real* x, const Real* dy, Real* dw, Real* dbias))
// Convolution, bias, activation and 2x2 max-pooling with stride 2 in one pass: the full-resolution output
// is never stored. y [batch, out_height / 2, out_width / 2, out_channels]; winner (same shape, bytes) = 2 *
// row + column of the largest pre-activation in its window, the first one on a tie (a device may compare
// before it adds the bias). The activation must be non-decreasing (all but gelu).
KERNEL(void, convolution_activation_pool_forward,
       (Context&, const ConvolutionShape&, Activation, const Real* x, const Real* w, const Real* bias,
        Real* y, std::uint8_t* winner))
// Its gradients, with dz = dy * activation'(y) at the winners of the convolution's output and 0 elsewhere
// (also in an odd last row or column, which no window covers):
//   dx, dw, dbias += those of convolution_backward_input and _weights for this dz.
// After a relu nothing is added where dz is 0, so a NaN in x reaches dw only where dz is not 0.
KERNEL(void, convolution_activation_pool_backward,
       (Context&, const ConvolutionShape&, Activation, const Real* x, const Real* w, const Real* y,
        const std::uint8_t* winner, const Real* dy, Real* dx, Real* dw, Real* dbias))
// The first half of that, the gradient of the convolution's output. ASSIGNS all of dz [batch, out_height,
// out_width, out_channels]: dz = dy * activation'(y) at the winners, 0 elsewhere.
KERNEL(void, activation_pool_backward,
       (Context&, const ConvolutionShape&, Activation, const Real* y, const std::uint8_t* winner,
        const Real* dy, Real* dz))

// ---- pooling --------------------------------------------------------------------------------------------
// winner: the position within the window, row * window_width + column, the first one on a tie.
KERNEL(void, max_pool_forward, (Context&, const PoolShape&, const Real* x, Real* y, std::uint8_t* winner))
KERNEL(void, max_pool_backward,
       (Context&, const PoolShape&, const std::uint8_t* winner, const Real* dy, Real* dx))
KERNEL(void, average_pool_forward, (Context&, const PoolShape&, const Real* x, Real* y))
KERNEL(void, average_pool_backward, (Context&, const PoolShape&, const Real* dy, Real* dx))
// y[n, s, ch] = max of x[n, p, ch] over the patches p of strip s with mask[n, p] != 0; winner [n, s, ch]
// (int32) is p. A strip without such a patch gives 0 and winner -1. mask [batch, rows * columns].
KERNEL(void, strip_max_forward,
       (Context&, const StripShape&, const Real* x, const std::uint8_t* mask, Real* y, std::int32_t* winner))
KERNEL(void, strip_max_backward,
       (Context&, const StripShape&, const std::int32_t* winner, const Real* dy, Real* dx))
// y[n, s] = sum_p weight[n, p] x[n, p] / sum_p weight[n, p] over the patches of strip s; 0 where the
// weights sum to 0. weight [batch, rows * columns] >= 0 is a constant: no gradient flows into it.
KERNEL(void, strip_mean_forward, (Context&, const StripShape&, const Real* x, const Real* weight, Real* y))
KERNEL(void, strip_mean_backward, (Context&, const StripShape&, const Real* weight, const Real* dy, Real* dx))

// ---- recurrence (time-major; h_{-1} = c_{-1} = 0; w multiplies from the right: h_{t-1} w) ---------------
// x holds the input projections, computed beforehand by one GEMM for all steps.
// Elman, output tanh: h_t = tanh(x_t + h_{t-1} w + bias)
// Elman, output linear: h_t = x_t + tanh(h_{t-1}) w + bias, the first step without the w term
//                       (McLaughlin et al. 2016)
//   x, h [steps, batch, hidden], w [hidden, hidden], bias [hidden]
KERNEL(void, elman_forward,
       (Context&, const RecurrentShape&, RecurrentOutput, const Real* x, const Real* w, const Real* bias,
        Real* h))
KERNEL(void, elman_backward,
       (Context&, const RecurrentShape&, RecurrentOutput, const Real* w, const Real* h, const Real* dh,
        Real* dx, Real* dw, Real* dbias))
// LSTM: [i f g o] = x_t + h_{t-1} w + bias, gates in this order; i, f, o through sigmoid, g through tanh;
//   c_t = f c_{t-1} + i g,  h_t = o tanh(c_t)
//   x, gates [steps, batch, 4 hidden] (gates: after their activations), w [hidden, 4 hidden],
//   bias [4 hidden], h, c [steps, batch, hidden]
KERNEL(void, lstm_forward,
       (Context&, const RecurrentShape&, const Real* x, const Real* w, const Real* bias, Real* h, Real* c,
        Real* gates))
KERNEL(void, lstm_backward,
       (Context&, const RecurrentShape&, const Real* w, const Real* h, const Real* c, const Real* gates,
        const Real* dh, Real* dx, Real* dw, Real* dbias))
// GRU: u = h_{t-1} w + bias, split into [u_r u_z u_n] as x is into [x_r x_z x_n];
//   r = sigmoid(x_r + u_r), z = sigmoid(x_z + u_z), n = tanh(x_n + r u_n), h_t = (1 - z) n + z h_{t-1}
//   x [steps, batch, 3 hidden], gates [steps, batch, 4 hidden] = r, z, n, u_n; w [hidden, 3 hidden],
//   bias [3 hidden]
KERNEL(void, gru_forward,
       (Context&, const RecurrentShape&, const Real* x, const Real* w, const Real* bias, Real* h,
        Real* gates))
KERNEL(void, gru_backward,
       (Context&, const RecurrentShape&, const Real* w, const Real* h, const Real* gates, const Real* dh,
        Real* dx, Real* dw, Real* dbias))

// ---- activations ----------------------------------------------------------------------------------------
// gelu(x) = x Phi(x), Phi the exact normal distribution. May be in place, except gelu.
KERNEL(void, activation_forward, (Context&, Activation, Index n, const Real* x, Real* y))
// dx += dy * activation'(x); relu'(0) = 0. Only gelu reads x; the others compute the derivative from y.
KERNEL(void, activation_backward,
       (Context&, Activation, Index n, const Real* x, const Real* y, const Real* dy, Real* dx))
// y = log(1 + exp(x)) without overflow, relatively accurate for every x. May be in place.
KERNEL(void, softplus_forward, (Context&, Index n, const Real* x, Real* y))
// dx += dy / (1 + exp(-x))
KERNEL(void, softplus_backward, (Context&, Index n, const Real* x, const Real* dy, Real* dx))
// y = x * keep / (1 - rate); keep[i] = (word i of Philox(seed, stream) / 2^32 >= rate): element i uses word
// i % 4 of counter {i / 4, 0, stream low, stream high}.
KERNEL(void, dropout_forward,
       (Context&, Index n, Real rate, std::uint64_t seed, std::uint64_t stream, const Real* x, Real* y,
        std::uint8_t* keep))
KERNEL(void, dropout_backward,
       (Context&, Index n, Real rate, const std::uint8_t* keep, const Real* dy, Real* dx))

// ---- elementwise functions, selections, and rows selected by an index -----------------------------------
// y = f(x) for the f of MapRule. May be in place.
KERNEL(void, map_forward, (Context&, const MapRule&, Index n, const Real* x, Real* y))
// dx += dy f'(x), given y = f(x). abs'(0) = 0, clamp' = 1 at both ends, power' = 0 for the exponent 0;
// log'(0), sqrt'(0) and a power below 1 at 0 are infinite.
KERNEL(void, map_backward,
       (Context&, const MapRule&, Index n, const Real* x, const Real* y, const Real* dy, Real* dx))
// y = x, or += with accumulate, where (mask != 0) == wanted; other elements of y are unchanged. y is
// contiguous over shape.size, mask is read by the strides a and x by the strides b.
KERNEL(void, copy_where,
       (Context&, const StridedShape&, bool wanted, bool accumulate, const std::uint8_t* mask, const Real* x,
        Real* y))
// y[o, k, i] = x[o, index[k], i]
KERNEL(void, gather, (Context&, const GatherShape&, const std::int32_t* index, const Real* x, Real* y))
// x[o, a, i] += sum of y[o, order[p], i] over start[a] <= p < start[a + 1]: the transpose of gather, with
// the positions 0 .. count - 1 sorted by their index. order [count], start [axis + 1].
KERNEL(void, scatter_add,
       (Context&, const GatherShape&, const std::int32_t* order, const std::int32_t* start, const Real* y,
        Real* x))

// ---- elementwise and layout -----------------------------------------------------------------------------
KERNEL(void, add_scaled, (Context&, Index n, Real alpha, const Real* x, Real* y))  // y += alpha x
KERNEL(void, scale, (Context&, Index n, Real alpha, Real* x))  // x *= alpha, in place; alpha = 0 clears
// y = sum over i < count of weight_i x_i, term by term in this order, each product rounded; count >= 1
KERNEL(void, weighted_sum_forward, (Context&, Index count, const WeightedArray* terms, Index n, Real* y))
// dx_i += weight_i dy for each of `count` terms; null where no gradient is wanted
KERNEL(void, weighted_sum_backward,
       (Context&, Index count, const Real* weight, Real* const* dx, Index n, const Real* dy))
// y = a op b (add, multiply, divide); y is contiguous over shape.size, a and b are read by their strides.
KERNEL(void, binary, (Context&, BinaryOp, const StridedShape&, const Real* a, const Real* b, Real* y))
// Backward of a broadcast: da[a strides] += g * (b[b strides], or 1 when b is null) over the whole shape, g
// contiguous. An element of da with a stride of 0 receives the sum over that axis.
KERNEL(void, binary_backward, (Context&, const StridedShape&, const Real* g, const Real* b, Real* da))
// b[b strides] = a[a strides], or += with accumulate: transpose, slice and concatenate, and their backward.
// No stride of b is 0.
KERNEL(void, copy_strided, (Context&, const StridedShape&, bool accumulate, const Real* a, Real* b))

// ---- reductions over the middle axis of [outer, axis, inner] --------------------------------------------
KERNEL(void, sum_axis_forward,
       (Context&, Index outer, Index axis, Index inner, Real scale, const Real* x, Real* y))
KERNEL(void, sum_axis_backward,
       (Context&, Index outer, Index axis, Index inner, Real scale, const Real* dy, Real* dx))
KERNEL(void, max_axis_forward,
       (Context&, Index outer, Index axis, Index inner, const Real* x, Real* y, std::int32_t* winner))
KERNEL(void, max_axis_backward,
       (Context&, Index outer, Index axis, Index inner, const std::int32_t* winner, const Real* dy, Real* dx))
// result[0] = sum x^2; infinite or 0 where that sum has no Real (clip copes with both)
KERNEL(void, squared_norm, (Context&, Index n, const Real* x, Real* result))
// The norm of array i is unit[i] sqrt(square[i]); unit[i] is 1, unless the sum of squares is too large or too
// small for a float. If the norm of all arrays together exceeds `largest`, all their elements are multiplied
// by Real(largest / that norm). square, unit [count]
KERNEL(void, clip,
       (Context&, double largest, Index count, const ArraySlice* arrays, Real* square, Real* unit))
// result[0] = the number of elements that are NaN or infinite
KERNEL(void, count_nonfinite, (Context&, Index n, const Real* x, std::int32_t* result))

// ---- normalisation --------------------------------------------------------------------------------------
// y = x / max(|x|, epsilon) for each row; norm [rows] = |x|. Rows whose squares overflow or vanish are scaled
// by their largest element first (norm itself is infinite where |x| has no Real). A row of zeros gives zeros.
KERNEL(void, l2_normalise_forward,
       (Context&, Index rows, Index columns, Real epsilon, const Real* x, Real* y, Real* norm))
// dx += (dy - y (y . dy)) / norm where norm > epsilon; dx += dy / epsilon otherwise, so also for a row of
// zeros.
KERNEL(void, l2_normalise_backward,
       (Context&, Index rows, Index columns, Real epsilon, const Real* y, const Real* norm, const Real* dy,
        Real* dx))
// Per channel of x [rows, channels]: the mean and the biased variance (divided by rows).
KERNEL(void, batch_norm_statistics,
       (Context&, Index rows, Index channels, const Real* x, Real* mean, Real* variance))
// Moving averages of both: running = keep running + share batch.
KERNEL(void, batch_norm_track,
       (Context&, Index channels, Real keep, Real mean_share, Real variance_share, const Real* mean,
        const Real* variance, Real* running_mean, Real* running_variance))
// y = gamma (x - mean) / sqrt(variance + epsilon) + beta
KERNEL(void, batch_norm_forward,
       (Context&, Index rows, Index channels, Real epsilon, const Real* x, const Real* mean,
        const Real* variance, const Real* gamma, const Real* beta, Real* y))
// Through the batch's own statistics: with xhat = (x - mean) / sqrt(variance + epsilon),
//   dbeta += sum dy,  dgamma += sum dy xhat,
//   dx += gamma / sqrt(variance + epsilon) (dy - mean(dy) - xhat mean(dy xhat))
KERNEL(void, batch_norm_backward,
       (Context&, Index rows, Index channels, Real epsilon, const Real* x, const Real* mean,
        const Real* variance, const Real* gamma, const Real* dy, Real* dx, Real* dgamma, Real* dbeta))
// Batch norm, activation (all but gelu) and 2x2 max-pooling with stride 2 in one pass over x: the
// normalised image is never stored. Shapes and winner as in max_pool; the maximum is over the normalised
// values.
KERNEL(void, batch_norm_activation_pool_forward,
       (Context&, const PoolShape&, Activation, Real epsilon, const Real* x, const Real* mean,
        const Real* variance, const Real* gamma, const Real* beta, Real* y, std::uint8_t* winner))
// Only winners have a non-zero gradient, so the two channel sums of the norm run over the pooled image.
// ASSIGNS dx.
KERNEL(void, batch_norm_activation_pool_backward,
       (Context&, const PoolShape&, Activation, Real epsilon, const Real* x, const Real* mean,
        const Real* variance, const Real* gamma, const Real* y, const std::uint8_t* winner, const Real* dy,
        Real* dx, Real* dgamma, Real* dbeta))

// y = (x - mean) scale for each row, scale [rows] = 1 / sqrt(variance + epsilon), the variance divided by
// columns.
KERNEL(void, layer_norm_forward,
       (Context&, Index rows, Index columns, Real epsilon, const Real* x, Real* y, Real* scale))
// dx += scale (dy - mean(dy) - y mean(dy y))
KERNEL(void, layer_norm_backward,
       (Context&, Index rows, Index columns, const Real* y, const Real* scale, const Real* dy, Real* dx))

// ---- softmax and losses (one row per example) -----------------------------------------------------------
KERNEL(void, softmax_forward, (Context&, Index rows, Index columns, const Real* x, Real* y))
KERNEL(void, softmax_backward, (Context&, Index rows, Index columns, const Real* y, const Real* dy, Real* dx))
KERNEL(void, log_softmax_forward, (Context&, Index rows, Index columns, const Real* x, Real* y))
KERNEL(void, log_softmax_backward,
       (Context&, Index rows, Index columns, const Real* y, const Real* dy, Real* dx))
// loss[i] = -log softmax(logits[i])[target[i]]; probability [rows, columns] is the softmax, saved for
// backward.
KERNEL(void, cross_entropy_forward,
       (Context&, Index rows, Index columns, const Real* logits, const std::int32_t* target, Real* loss,
        Real* probability))
// dlogits[i] += dloss[i] (probability[i] - onehot(target[i]))
KERNEL(void, cross_entropy_backward,
       (Context&, Index rows, Index columns, const Real* probability, const std::int32_t* target,
        const Real* dloss, Real* dlogits))
// Binary cross-entropy of a logit: loss = max(x, 0) - x target + log(1 + exp(-|x|)), target in [0, 1].
KERNEL(void, binary_cross_entropy_forward,
       (Context&, Index n, const Real* logit, const Real* target, Real* loss))
KERNEL(void, binary_cross_entropy_backward,
       (Context&, Index n, const Real* logit, const Real* target, const Real* dloss, Real* dlogit))
// loss[t] of TripletRule for the triplet (a, p, n) = triplets[3 t .. 3 t + 2], rows of the distance matrix
// d [n, n]. triplets are sorted by anchor.
KERNEL(void, triplet_forward,
       (Context&, const TripletRule&, Index n, Index count, const std::int32_t* triplets, const Real* d,
        Real* loss))
KERNEL(void, triplet_backward,
       (Context&, const TripletRule&, Index n, Index count, const std::int32_t* triplets, const Real* d,
        const Real* dloss, Real* dd))
// weight[t] = 1 / k for each of the k triplets with d(a, p) - d(a, n) + margin > 0, computed in double; 0 for
// the others. triplets and d as in triplet_forward.
KERNEL(void, active_triplets,
       (Context&, double margin, Index n, Index count, const std::int32_t* triplets, const Real* d,
        Real* weight))

// weight[t] = 1 for each triplet that is chosen among those with its anchor, 0 for the others. The triplets
// of an anchor are all pairs of one of its positives with one of its negatives. triplets and d as above.
KERNEL(void, chosen_triplets,
       (Context&, TripletChoice, Index n, Index count, const std::int32_t* triplets, const Real* d,
        Real* weight))

// ---- patches: kernels of the EM loop --------------------------------------------------------------------
// The best match of patch j of query i in candidate k: the largest dot product with a patch of k whose grid
// row is at most `reach` rows away, in any column.
//   x [queries, patches, channels], y [candidates, patches, channels]
//   similarity [queries, patches, candidates], winner (same shape, int32): the index of that patch of y,
//   the first one on a tie
KERNEL(void, patch_match_forward,
       (Context&, const PatchMatchShape&, const Real* x, const Real* y, Real* similarity,
        std::int32_t* winner))
// dx[i, j] += sum_k g[i, j, k] y[k, winner];  dy[k, winner[i, j, k]] += g[i, j, k] x[i, j]
KERNEL(void, patch_match_backward,
       (Context&, const PatchMatchShape&, const Real* x, const Real* y, const std::int32_t* winner,
        const Real* g, Real* dx, Real* dy))
// Gaussian smoothing of maps [batch, rows, columns]: weights exp(-distance^2 / (2 sigma^2)) within 3 sigma,
// normalised over the cells inside the map, so that a constant map stays constant up to the border. sigma =
// 0 copies.
KERNEL(void, smooth_grid,
       (Context&, Index batch, Index rows, Index columns, Real sigma, const Real* x, Real* y))
// mask[i, j] = x[i, j] >= threshold[i]; x, mask [rows, columns].
KERNEL(void, threshold_rows,
       (Context&, Index rows, Index columns, const Real* x, const Real* threshold, std::uint8_t* mask))

// ---- optimizers: one call for all parameters ------------------------------------------------------------
// v = momentum v + (g + decay value);  value -= rate v  (nesterov: rate (g + decay value + momentum v))
KERNEL(void, sgd, (Context&, const SgdRule&, Index count, const ParameterSlice* slices))
// m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;
// value -= rate (m / (1 - beta1^step)) / (sqrt(v / (1 - beta2^step)) + epsilon)
KERNEL(void, adam, (Context&, const AdamRule&, Index count, const ParameterSlice* slices))

#undef KERNEL
#undef MEMORY_KERNEL
