# The mutants: mutant NAME FILE PROGRAM 's/CODE/BROKEN CODE/' [TEST-CASE FILTER [DEVICE]]
#   PROGRAM is the test program that must go red, below build/: tests/kernels, double/tests/engine
#   (gradient checks), ...; DEVICE, for instance emulator, is where the kernels run [reference and cpu].
# Each is a mistake that somebody could make. What it says: make this mistake, and a test tells you.

# ---- kernels/reference: the judge itself ----
mutant "reference: gemm scales C where beta is 0" kernels/reference/linear_algebra.cpp tests/kernels \
  's/beta == 0 \? 0 : //'
mutant "reference: a distance forgets the second gradient" kernels/reference/linear_algebra.cpp \
  double/tests/engine \
  's/dy && j < n/dy \&\& j + 1 < n/'
mutant "reference: strip means forget the weight in backward" kernels/reference/pooling.cpp \
  double/tests/engine \
  's/weight\[n \* s.patches\(\) \+ p\] \/ total;/1 \/ total;/'
mutant "reference: the Elman carry leaks into the next sequence" kernels/reference/recurrence.cpp \
  double/tests/layers \
  's/carry.clear\(\);  \/\/ nothing comes.*//'
mutant "reference: the LSTM's cell gradient skips its forget gate" kernels/reference/recurrence.cpp \
  double/tests/layers \
  's/c_carry\[j\] = dc \* f;/c_carry[j] = dc;/'
mutant "reference: batch norm's variance is the unbiased one" kernels/reference/normalisation.cpp \
  double/tests/layers \
  's/squares \/ double\(rows\)\)/squares \/ double(rows - 1))/'
mutant "reference: gradients are assigned, not added" kernels/reference/sums.h double/tests/engine \
  's/gradient\[i\] \+ sums_\[i\]/sums_[i]/'

# ---- kernels/cpu ----
mutant "cpu: gemm forgets alpha on its way out" kernels/cpu/column.h tests/kernels \
  's/broadcast\(alpha\) \* load/load/'
mutant "cpu: gemm takes beta again for every k block" kernels/cpu/gemm.cpp tests/kernels \
  's/pc == 0 \? p.beta : 1.0f/p.beta/'
mutant "cpu: gemm packs a square beside its place" kernels/cpu/packing.h tests/kernels \
  's/\(step \+ i\) \* width \+ group/(step + i) * width/'
mutant "cpu: a product that was transposed forgets beta" kernels/cpu/gemm.cpp tests/kernels \
  's/transposed\[j \* p.m \+ i\] \+ p.beta \* c\[j\]/transposed[j * p.m + i] + c[j]/'
mutant "cpu: rows of the first tile's copy of B overlap" kernels/cpu/column.h tests/kernels \
  's/copy \+= vectors \* lanes;/copy += lanes;/'
mutant "cpu: a sum that is cut into parts loses its rest" kernels/cpu/column.h tests/kernels \
  's/left > 0; left -=/left >= ahead.every; left -=/'
mutant "cpu: a whole tile takes the place of what it is added to" kernels/cpu/column.h tests/kernels \
  's/store\(to, value \+ load\(to\)\)/store(to, value)/'
mutant "cpu: lower tiles are computed as high as those above them" kernels/cpu/gemm.cpp tests/kernels \
  's/return part < longer_ones \? longer_ones : parts;/return parts;/'
mutant "cpu: the columns behind the last whole panel are left out" kernels/cpu/gemm.cpp tests/kernels \
  's/minimum\(p\.n, end \* lanes\)/minimum(p.n \/ lanes * lanes, end * lanes)/'
mutant "cpu: rows of B that are read in place are taken for a panel" kernels/cpu/gemm.cpp tests/kernels \
  's/rest\.b_step = p\.b\.row;/rest.b_step = width;/'
mutant "cpu: one row of a product leaves out the end of the sum" kernels/cpu/thin_products.h tests/kernels \
  's/for \(; step < p\.k; \+\+step\) add_rows/for (; step + 1 < p.k; ++step) add_rows/'
mutant "cpu: the last pixel of a row is taken for padding" kernels/cpu/convolution.h tests/kernels \
  's/c\.width \+ c\.pad_left\)/c.width + c.pad_left - 1)/'
mutant "cpu: a row of the filter meets the wrong taps" kernels/cpu/direct_convolution.h tests/kernels \
  's/ \+ r \* c\.run\(\) \* block\.width\(\), block/ + r * c.run() * lanes, block/'
mutant "cpu: Winograd's points have a wrong polynomial" kernels/cpu/winograd.h tests/kernels \
  's/4\.25f \* d\[3\]/4.5f * d[3]/' "winograd*"
mutant "cpu: Winograd's last tile of a row writes over the next row" kernels/cpu/winograd_convolution.h \
  tests/kernels \
  's/if \(j < count\) put/put/' "winograd*"
mutant "cpu: the two pixels of a window's row both win" kernels/cpu/pooling.cpp tests/kernels \
  's/at == left \+ 1 \?/at == left ?/'
mutant "cpu: a NaN is not on the list of winners" kernels/cpu/convolution_pool_backward.cpp tests/kernels \
  's/next - \(g != broadcast\(0\.0f\)\)/next - ((g < broadcast(0.0f)) | (g > broadcast(0.0f)))/'

mutant "cpu: a crop reads beyond the border of its image" kernels/cpu/warp.cpp tests/kernels \
  's/at > last \? last : at/at/g' "a crop*"
mutant "cpu: a crop's last pixels write over what lies behind it" kernels/cpu/warp.cpp tests/kernels \
  's/3 \* sizeof\(float\)/4 * sizeof(float)/' "a crop*"
mutant "cpu: nobody helps a thread that is held up" kernels/cpu/parallel.h tests/kernels \
  's/for \(Index i = 0; i < all\.parts; \+\+i\) \{/for (Index i = 0; i < 1; ++i) {/' "sharing out*"
mutant "cpu: a sum is cut by the number of threads" kernels/cpu/reductions.cpp tests/kernels \
  '/^void sum_rows/,/^}/ s/\bpiece\b/(piece \/ context.threads)/g'
mutant "cpu: max pooling gives a tie to the last" kernels/cpu/pooling.cpp tests/kernels \
  's/const Ints better = replaces\(value, best\);/const Ints better = ~replaces(best, value);/'

mutant "device: an error of a kernel is taken for a lack of memory" engine/storage_pool.cpp tests/engine \
  's/if \(!memory\) throw_report\(context_\);//'

# ---- kernels/cuda, on the emulator ----
mutant "cuda: tiles of 128 rows forget the sum so far" kernels/cuda/gemm_tile.cuh tests/kernels \
  's/fmaf\(column\[i\], row\[j\], sums/fmaf(column[i], row[j], Shape::rows == 128 ? 0.0f : sums/' \
  "product: convolution*" emulator
mutant "cuda: the parts of a product end a strip early" kernels/cuda/multiply.cuh tests/kernels \
  's/k_begin \+ k_part;/k_begin + k_part - Shape::depth;/' "product: a split*" emulator
mutant "cuda: a split window keeps the last of equal matches" kernels/cuda/patches.cu tests/kernels \
  's/p == 0 \|\| beats\(candidate, best\[i\]\[j\]\)/p == 0 || !beats(best[i][j], candidate)/' \
  "*patch*" emulator
mutant "cuda: the last chunk of a gradient is not in its norm" kernels/cuda/arrays.cu tests/kernels \
  's/c < table.first_chunk\[s \+ 1\]/c + 1 < table.first_chunk[s + 1]/' "clip*" emulator
mutant "cuda: a triplet at the margin is active" kernels/cuda/losses.cu tests/kernels \
  's/d_ap - d_an \+ margin > 0/d_ap - d_an + margin >= 0/' "active triplets*" emulator
mutant "cuda: a tile that no result is large enough to take" kernels/cuda/tiles.h tests/kernels \
  's/\{128, 64, 8, 8, 1, 64, wanted_blocks\}/{128, 64, 8, 8, 1, 16, wanted_blocks}/' "product: every*"

# ---- tensor cores and asynchronous copies ----
mutant "tensor cores: a1 and a2 of a fragment are exchanged" kernels/emulator/fragments.cpp tests/kernels \
  's/left\[group \+ r % 2 \* 8\]\[place \* count \+ r \/ 2/left[group + r \/ 2 * 8][place * count + r % 2/' \
  "fragments*"
mutant "tensor cores: b0 and b1 are exchanged" kernels/emulator/fragments.cpp tests/kernels \
  's/right\[place \* count \+ r \* 4 \* count/right[place * count + (1 - r) * 4 * count/' \
  "fragments*"
mutant "tensor cores: ldmatrix transposes what is not to be" kernels/emulator/fragments.cpp tests/kernels \
  's/low = transposed \?/low = !transposed ?/' "fragments*"
mutant "tensor cores: TF32 is cut off" kernels/emulator/fragments.h tests/kernels \
  's/bits \+ 0x1000u/bits/' "fragments*"
mutant "cuda: the halves of B's fragments are exchanged" kernels/cuda/tensor_tile.cuh tests/kernels \
  's/b\[across \/ 2\]\[2 \+ across % 2\]/b[across \/ 2][3 - across % 2]/' "tensor cores: gemm*" emulator
mutant "cuda: a strip of BF16 across k is not transposed" kernels/cuda/tensor_tile.cuh tests/kernels \
  's/load_matrices_transposed\(to, /load_matrices(to, /' "tensor cores: gemm*" emulator
mutant "cuda: no barrier before the sums take the strips' place" kernels/cuda/tensor_tile.cuh tests/kernels \
  's/__syncthreads\(\);  \/\/ all warps have read/\/\/ all warps have read/' "tensor cores under watch*"
mutant "emulator: a copy that is under way may be read" kernels/emulator/accesses.cpp tests/kernels \
  's/any_under_way_ && shared && is_under/false \&\& is_under/' "planted*"
mutant "ptx: a copy that is under way may be read" kernels/ptx/shadow.cpp tests/kernels \
  's/if \(is_under_way\(cell\)\) return .*;//' "ptx: cp.async*"
mutant "ptx: wait_group waits for one group less" kernels/ptx/tensor_core.cpp tests/kernels \
  's/copy_groups\[copy.lane\] - instruction/copy_groups[copy.lane] - 1 - instruction/' "ptx: cp.async*"
mutant "ptx: a request is taken for the last one though its lanes differ" kernels/ptx/request.h \
  tests/kernels 's/ \|\| mask != mask_//' "ptx: a request like*"
mutant "ptx: a read of several lanes is noted as that of one" kernels/ptx/races_quiet.h tests/kernels \
  's/: run.several \?/: false ?/' "ptx*"
mutant "ptx: a pointer from memory is as its own address" kernels/ptx/written_memory.cpp tests/kernels \
  's/origin.unknown = parameter == .*;/if (parameter == kernel_.parameters.end()) return of(from);/' \
  "ptx: a store whose*"
mutant "ptx: a written array loses its cells" kernels/ptx/written_memory.cpp tests/kernels \
  's/if \(!is_written\[r\] && /if ((!is_written[r] || r > 0) \&\& /' "ptx: regions that*"
mutant "ptx: a warp's lanes that read one word of global memory are one reader" kernels/ptx/races_quiet.h \
  tests/kernels 's/is_quiet && last != part.lane\)/false)/' "ptx*"
mutant "ptx: what was written in this launch is read without a look" kernels/emulator/access_entry.h \
  tests/kernels 's/if \(writer >= first_ && \(is_cached_ .*return false;//' "ptx*,planted*"
mutant "device: tensor cores on every device" engine/device.cpp tests/engine \
  's/gemm == Gemm::own \|\| on_card/true || on_card/' "a GEMM that*"

# ---- kernels/laboratory, kernels/ptx: a learner's file ----
mutant "laboratory: ldmatrix.trans is translated without .trans" kernels/laboratory/assembly.cpp \
  tests/kernels 's/\(transposed \? "true, " : "false, "\)/"false, "/' "inline PTX*"
mutant "laboratory: a default argument stays in the kernel's type" kernels/laboratory/kernel_head.cpp \
  tests/kernels 's/p.type = tokens.joined\(first, end\)/p.type = tokens.joined(first, last)/' "a launch*"
mutant "laboratory: shared memory of a file reaches host functions" kernels/laboratory/rewriter.cpp \
  tests/kernels 's/i < end && is_for_device\(open\)/i < end/' "extern __shared__*"
mutant "ptx: a recursive call forgets its caller's registers" kernels/ptx/calls.cpp tests/kernels \
  's/if \(site.keeps\) bring_back/if (false) bring_back/' "ptx: a function that calls itself*"

# ---- engine ----
mutant "ops: a quotient forgets the denominator's sign" engine/ops/arithmetic.cpp double/tests/engine \
  's/scale\(step.context\(\), share.elements\(\), -1/scale(step.context(), share.elements(), 1/'
mutant "ops: where sends the whole gradient to both" engine/ops/selection.cpp double/tests/engine \
  's/add_chosen\(step, 1, mask, false, b\)/add_chosen(step, 1, mask, true, b)/'
mutant "ops: a walk over six axes forgets the sixth" engine/ops/detail.h double/tests/engine \
  's/at_i \* i.a \+ at_j \* j.a/at_j * j.a/'
mutant "ops: a repeated matrix keeps its last gradient alone" engine/ops/linear.cpp double/tests/engine \
  's/b.real\(\) \+ batch.b\[i\], 1, da/b.real() + batch.b[i], 0, da/'
mutant "ops: a dilated convolution steps by one pixel" engine/ops/grouped_convolution.cpp tests/engine \
  's/\* window.dilation \* in;/* in;/'
mutant "ops: label smoothing leaves the target its whole weight" engine/ops/loss.cpp tests/engine \
  's/\(1 - smoothing\) \* loss/loss/'
mutant "layer norm's gradient forgets the mean" kernels/reference/normalisation.cpp double/tests/engine \
  's/dy\[j\] - mean - y/dy[j] - y/'
mutant "kernels: scatter_add drops the last position of a row" kernels/cpu/maps.cpp tests/kernels \
  's/p < start\[a \+ 1\]; \+\+p/p + 1 < start[a + 1]; ++p/'
mutant "kernels: softplus overflows far from 0" kernels/reference/activations.cpp tests/kernels \
  's/softplus\(x\[i\]\)/std::log1p(std::exp(double(x[i])))/' "*softplus*"
mutant "cpu: softplus takes its slope at the cotangent" kernels/cpu/activations.cpp tests/kernels \
  's/\* sigmoid\(part\.get\(x \+ i\)\)/* sigmoid(part.get(dy + i))/' "softplus*"
mutant "ops: softplus is differentiated at y" engine/ops/activation.cpp double/tests/engine \
  's/\{&x\}, y, \[x = Saved\(x\.value\)\]/{\&x}, y, [x = Saved(y)]/'
mutant "layers: attention is not scaled" layers/attention.cpp tests/layers \
  's/1 \/ std::sqrt/std::sqrt/'
mutant "tape: a second use of a value overwrites the first" engine/tape.cpp double/tests/engine \
  's/if \(!node.gradient\) node.gradient/node.gradient/'
mutant "ops: matmul turns the wrong factor" engine/ops/linear.cpp double/tests/engine \
  's/Transpose::no, Transpose::yes, m, k, n,/Transpose::no, Transpose::no, m, k, n,/'
mutant "ops: GELU's derivative is taken at y" engine/ops/activation.cpp double/tests/engine \
  's/kind == Activation::gelu \? x.value : y/y/'
mutant "ops: a target beyond the classes goes through" engine/ops/loss.cpp tests/engine \
  's/label >= 0 && label < classes/label >= 0 \&\& label <= classes/'

mutant "pool: blocks given back are not taken again" engine/storage_pool.cpp tests/engine \
  's/found->first <= bytes \+ bytes \/ 4/found->first < bytes/' "steps of ever changing sizes*"
mutant "tensor: a borrowed array goes to the pool" engine/tensor.cpp tests/engine \
  's/if \(owned\) device/device/'
mutant "safetensors: a tensor may lie beyond the end of its file" engine/safetensors.cpp tests/engine \
  's/entry.begin <= entry.end && entry.end <= data_size/entry.begin <= entry.end/'

# ---- layers ----
mutant "layers: the LSTM's forget bias is not read" layers/recurrent.cpp tests/layers \
  's/options\.forget_bias\.value_or\(1\)/1/' "recurrent:*"
mutant "layers: the running variance keeps the batch's bias" layers/batch_norm.cpp double/tests/layers \
  's/m \* n \/ \(n - 1\)/m/'

# ---- datasets ----
mutant "splits: a person number may stand there twice" datasets/splits.cpp tests/datasets \
  's/= true;\r?$/= false;/'
mutant "splits: half the people and one train" datasets/splits.cpp tests/datasets \
  's/identities \/ 2\)/identities \/ 2 + 1)/'

mutant "image cache: nothing is ever evicted" datasets/image_cache.cpp tests/datasets \
  's/while \(bytes_ \+ size > capacity_\) evict_one\(\);//'
mutant "images: a resized image is kept where its own size is smaller" datasets/image_source.cpp \
  tests/datasets \
  's/own_size_is_smaller && !shared_->keep_resized/false/'
mutant "images: the hash does not see the size" datasets/image_source.cpp tests/datasets \
  's/checksum\(size, sizeof size\)\)/checksum_start)/'
mutant "list: the line of a mistake is one too early" datasets/csv.cpp tests/datasets \
  's/CsvRecord record\{line_/CsvRecord record{line_ - 1/'
mutant "MSMT17: training and test people share their numbers" datasets/layout_msmt17.cpp tests/datasets \
  's/"train " : "test "/"" : ""/'
mutant "MAT file: the padding of an element is not skipped" datasets/mat_file.cpp tests/datasets \
  's/\(size \+ 7\) \/ 8 \* 8/size/'
mutant "CUHK03: its lists count images from 0" datasets/layout_cuhk03.cpp tests/datasets \
  's/names\[number - 1\]/names[number % names.size()]/'

# ---- reid ----
mutant "protocol: distractors of the query's camera are missing in the other direction" \
  reid/evaluation/protocol.cpp tests/reid \
  's/protocol\.query_distractors\.begin\(\),/protocol.query_distractors.end(),/'
mutant "patches on demand: a group begins at the image that is asked for" reid/em/patch_bag.cpp tests/reid \
  's/i \/ embedded_together \* embedded_together/i/'
mutant "mAP by trapezoids starts at precision 0" reid/evaluation/ranking.cpp tests/reid \
  's/ranks\[hit\] == 1 \? 1 :/ranks[hit] == 1 ? 0 :/'
mutant "sampled protocol: queries without regard to cameras" reid/report/page/tested.cpp tests/reid \
  's/asking\.camera\[q\] != known\.camera\[g\]/true/'
mutant "ranking: a tie is decided in our favour" reid/evaluation/ranking.cpp tests/reid \
  's/count \+= d\[i\] <= limit/count += d[i] < limit/'
mutant "ranking: the query's own camera counts" reid/evaluation/ranking.cpp tests/reid \
  's/gallery_.camera\[at\] == camera \? own_camera : right/right/'
mutant "EM: the percentile is one number off" reid/em/em.cpp tests/reid \
  's/\(sorted.size\(\) - 1\);$/(sorted.size());/'
mutant "EM: a patch passes either threshold's larger one" reid/em/em.cpp tests/reid \
  's/t = std::min\(percentile/t = std::max(percentile/'
mutant "whitening: the ridge is not a share of the variance" reid/network/whitening.cpp tests/reid \
  's/ridge \* trace \/ static_cast<double>\(n\)/ridge/' '*whiten*'
mutant "whitening: explaining goes through W the wrong way" reid/explain/contributions.cpp tests/reid \
  's/whitening.transposed_times\(h\)/whitening.times(h)/' '*contributions*'
mutant "fusion: a weight may be negative" reid/metrics/fusion.cpp tests/reid \
  's/std::max\(0.0, from \+ share \* step\)/from + share * step/' '*likeliest weights*'
mutant "fusion: only the first search chooses the weights" reid/metrics/fusion.cpp tests/reid \
  's/for \(const HeldOutScores& z : searches\) \{/for (const HeldOutScores\& z : searches.first(1)) {/' \
  '*likeliest weights*'
mutant "a network beside a feature loses its signs" reid/table/description.cpp tests/reid \
  's/std::max\(-value, Real\(0\)\)/std::max(value, Real(0))/' '*embedding beside*'
mutant "pair protocol: a set's own queries and gallery are left out" reid/evaluation/protocol.cpp tests/reid \
  's/(samples_by_identity_and_camera\(dataset, )all\)/\1samples_for_training(dataset, identities))/' \
  '*pair protocol*'
mutant "mining: batch-hard takes the nearest positive" reid/loss/mining.cpp tests/reid \
  's/anchor.furthest\(anchor.positives\)/anchor.nearest(anchor.positives)/'
mutant "mining: an anchor is its own positive" reid/loss/mining.cpp tests/reid \
  's/if \(i == a\) continue;//'
mutant "trainer: resuming forgets the optimizer's averages" reid/training/trainer_checkpoint.cpp tests/reid \
  's/  optimizer_.restore\(.*//'
mutant "significance: overlapping splits taken for independent ones" reid/evaluation/significance.cpp \
  tests/reid \
  's/std::sqrt\(inverse \+ test_to_train\)/std::sqrt(inverse)/' 'significance*'
mutant "significance: the sign-flip test counts one side only" reid/evaluation/significance.cpp tests/reid \
  's/reached \+= std::abs\(sum\)/reached += sum/' 'significance*'
mutant "comparison: other queries are compared by their position" reid/evaluation/comparison.cpp tests/reid \
  's/p.image == r.image \&\& p.identity == r.identity/true/' 'comparison*'
mutant "report: every map has a colour scale of its own" reid/report/page/em_section.cpp tests/reid \
  's/map_text\(one.map, scale\)/map_text(one.map, largest)/' '*EM loop*'
mutant "report: both directions of the search show the first" reid/report/page/cmc_section.cpp tests/reid \
  's/back.push_back\(&scores.at\("reverse"\)\)/back.push_back(\&scores)/' '*curves have every rank*'
mutant "report: a filter stands beside its weakest patches" reid/report/page/filters.cpp tests/reid \
  's/response <= best.response/response >= best.response/' 'looks*'

# ---- devices, tapes, parameters: misuse is an Error ----
mutant "device: a second thread is let in" engine/device.h tests/engine \
  's/!= this_thread\(\)\) claim/== nullptr) claim/' "*second*,threads that share*"
mutant "tape: a value of a tape that is gone is taken for one of the next tape" engine/tape.h tests/engine \
  's/!= serial_\) fail_stale/== 0) fail_stale/' "*tape*"
mutant "saved: a tensor that was written since is read all the same" engine/tensor.cpp tests/engine \
  's/tensor_\.version\(\) == version_/true/' "*written between*"
mutant "optimizer: writes parameters without saying so" engine/optimizer.cpp tests/engine \
  's/parameter\.value\.wrote\(\);//' "*written between*"
mutant "parameter: references stay behind when it is moved" engine/parameter.cpp tests/engine \
  's/if \(place_\) \*place_ = this;//' "*list of parameters*"
mutant "shape: the product overflows" engine/shape.cpp tests/engine \
  's/product <= most_elements \/ size,/true,/' "*sizes that cannot be*"
mutant "cpu: rows whose squares overflow are not scaled" kernels/cpu/normalisation.cpp tests/engine \
  's/normalise_scaled\(columns, epsilon, from, y \+ row \* columns, norm \+ row\)/false/' "rows of any size*"
mutant "team: the caller does not wait for the others" kernels/team.cpp tests/kernels \
  's/while \(found == taken\)/while (false)/' "team: what the workers*"

# ---- files that come in and go out ----
mutant "files: a pipe is opened for reading" engine/file.cpp tests/engine \
  's/if \(!S_ISREG\(status.st_mode\)\)/if (false)/' "a pipe*"
mutant "files: another kind of file is replaced" engine/file.cpp tests/engine \
  's/there == kind,/there != "never",/' "only a file*"
mutant "files: temporary names are the same for all processes" engine/file.cpp tests/engine \
  's/target.string\(\), ::getpid\(\), calls\+\+/target.string(), 0, 0/' "a temporary*"
mutant "JSON: brackets in a text count as nesting" engine/json.cpp tests/engine \
  's/quoted = true;/;/' "JSON*"
mutant "safetensors: a NaN is read" engine/safetensors.cpp tests/engine \
  's/return !std::isfinite\(static_cast<Real>\(v\)\);/return std::isinf(v);/' "a number*"
mutant "safetensors: the checksum leaves out the numbers" engine/safetensors.cpp tests/engine \
  's/checksum\(data.data\(\), data.size\(\), /checksum(data.data(), 0, /' "a flipped*"
mutant "images: a Huffman table may have any number of symbols" datasets/jpeg.cpp tests/datasets \
  's/symbols > 256 \|\| /symbols > 4096 || /; s/codes > 1u << length/false/' "Huffman*"
mutant "images: FF FF 00 ends the bits of a JPEG's scan" datasets/jpeg.cpp tests/datasets \
  's/while \(next < b.size\(\) && b\[next\] == 0xFF\) \+\+next;/;/' "Huffman*"
mutant "images: orientation 6 is turned the wrong way" datasets/image.cpp tests/datasets \
  's/orientation == 4 \|\| orientation == 6 \|\|/orientation == 4 || orientation == 8 ||/' "a JPEG*"
mutant "images: PNM samples of 16 bits are little-endian" datasets/pnm.cpp tests/datasets \
  's/big16\(b, at\) : b\[at\]/little16(b, at) : b[at]/' "PNM*"
mutant "images: a PNG may inflate without end" datasets/stb.cpp tests/datasets \
  's/bytes > triptych::decoder::largest_block/false/' "a PNG that*"
mutant "audit: images of other formats are passed over in silence" datasets/audit.cpp tests/datasets \
  's/if \(!over.other_formats.empty\(\)\)/if (false)/'
mutant "results: a small file may declare galleries of any size" reid/report/ranking_json.cpp tests/reid \
  's/numbers \+= json_index/json_index/'
mutant "checkpoint: a pair may name any image" reid/training/trainer_checkpoint.cpp tests/reid \
  's/sample >= 0 && at < used.size\(\) && row_of_sample\[at\] >= 0 && !\(once && used\[at\]\)/at + 1 > 0/' \
  "a checkpoint*"
mutant "model: a deviation of 0 is read" reid/network/model.cpp tests/reid \
  's/numbers\[i\] >= Real\(1e-6\)/numbers[i] >= Real(0)/' "a model file*"

# ---- reid/experiment: inputs that a key forgets ----
mutant "key: the images are left out of a row" reid/experiment/table_run.cpp tests/reid \
  's/in.images = digests.images, //' '*table run*'
mutant "key: the labels are left out of a row" reid/experiment/table_run.cpp tests/reid \
  's/in.labels = digests.labels;//' '*table run*'
mutant "key: the training people are left out of a row" reid/experiment/table_run.cpp tests/reid \
  's/in.training_identities = split.identities.train;//' '*table run*'
mutant "key: the protocol is left out of a row" reid/experiment/table_run.cpp tests/reid \
  's/in.protocol = digest_of\(own\);//' '*table run*'
mutant "key: the method is left out of a row" reid/experiment/table_run.cpp tests/reid \
  's/in.method = definition\(method\);//' '*table run*'
mutant "key: the networks are left out of a row" reid/experiment/table_run.cpp tests/reid \
  's/in.networks = networks;//' '*table run*'
mutant "key: the instruction set is left out of a row" reid/experiment/table_run.cpp tests/reid \
  's/in.instruction_set = machine.instruction_set, //' '*table run*'
mutant "key: the options are left out of a network" reid/experiment/job.cpp tests/reid \
  's/in.options = options;//' '*network inputs*'
mutant "key: the start is left out of a network" reid/experiment/job.cpp tests/reid \
  's/in.start = start_key;//' '*network inputs*'
mutant "key: the training people are left out of a network" reid/experiment/job.cpp tests/reid \
  's/in.training_identities = identities.train, //' '*network inputs*'
mutant "key: a digest of labels forgets the camera" datasets/content.cpp tests/datasets \
  's/^ +\.add\(std::uint64_t\(sample.camera\)\)//' '*content*'
mutant "key: a value is hashed without its name" reid/key.cpp tests/reid \
  's/hash.add\(name\).add\(value\)/hash.add(value)/' '*key*'
mutant "leak: the people of the start model are forgotten" reid/training/trainer.cpp tests/reid \
  's/model.trained_on = trained_on\(file, start\);//' '*experiment*'
mutant "reuse: a row of another key is found" reid/experiment/rows.cpp tests/reid \
  's/if \(key_of\(row.inputs\) != row.key\) return std::nullopt;//' '*rows*'

# ---- attention over the rows ----
mutant "row attention: no positions" reid/network/row_attention.cpp tests/reid \
  's/return add\(norm_\(x\), position_\)/return norm_(x)/' '*row attention*'
mutant "row attention: x is lost" reid/network/row_attention.cpp tests/reid \
  's/return add\(x, (attention_\(positioned\(x\)\))\)/return \1/' '*row attention*'
mutant "attention: rows and columns of the grid are mixed" reid/network/recurrent_tier.cpp tests/reid \
  's/permute\(patches, \{0, 2, 1, 3\}\)/patches/' '*attention*'
mutant "options: --bidirectional with attention is accepted" reid/options.cpp tests/reid \
  's/(RecurrentKind::attention \|\| )!n.bidirectional/\1true/' '*that are unknown*'

# ---- what is hidden ----
mutant "occlusion: people of the gallery hide the queries" datasets/occlusion.cpp tests/datasets \
  's/return others.empty\(\) \? all : others;/return all;/' '*occluded*'
mutant "occlusion: of any camera" datasets/occlusion.cpp tests/datasets \
  's/other.camera == own.camera \|\| step >= count/true/' '*occluded*'
mutant "occlusion: a batch hides people by parts of themselves" datasets/batch.cpp tests/datasets \
  's/(same_camera && )whose \/ 2 != person \/ 2 : whose != person/\1true : true/' '*occluders*'
mutant "visible: the product of lengths is left out" reid/network/network.cpp tests/reid \
  's/own \* lengths\[j\] \/ both/own \/ both/' '*both images show*'
mutant "visible: the mask of a mirrored view is not mirrored" reid/evaluation/embed.cpp tests/reid \
  's/if \(view.mirror\) r.left = /if (false) r.left = /' '*true mask*'
mutant "e step: the prior's other identities" reid/em/em.cpp tests/reid \
  's/\(1 - options.prior\) \/ static_cast<double>\(candidates\)/(1 - options.prior)/' '*prior*'
mutant "map quality: ties count for the map" reid/evaluation/map_quality.cpp tests/reid \
  's/\(static_cast<double>\(first \+ 1\) \+ /(static_cast<double>(end) + /' \
  '*area under the curve*'
mutant "key: a row of occluded queries has the key of whole ones" reid/experiment/table_run.cpp tests/reid \
  's/own.occlude = method.occlude, own/own/' '*occluded queries*'
mutant "key: later options at their defaults are in it" reid/key.cpp tests/reid \
  's/if \(left_out.contains\(option.name\)\) continue;//' '*visibility*'

# ---- reid/search, open set ----
mutant "search: distances in single precision are believed" reid/search/nearest.cpp tests/reid \
  's/nearest\.worst\(top\) \+ error/nearest.worst(top)/' "search: *"
mutant "search: the later of two equally far rows comes first" reid/search/nearest.cpp tests/reid \
  's/row\.distance < heap\.front\(\)/row.distance <= heap.front()/' "search: *"
mutant "search: a changed header of a row file is believed" reid/search/row_file.cpp tests/reid \
  's/header\.check != header\.expected_check\(\)/false/' "row file: *"
mutant "index: what another program takes out stays in the row file" reid/search/image_index.cpp tests/reid \
  's/"INSERT", "UPDATE", "DELETE"/"INSERT", "UPDATE"/' "index: *"
mutant "index: an embedding of another camera will do" reid/search/image_index.cpp tests/reid \
  's/"ifnull\(camera, 0\) = \? LIMIT 1"/"? >= 0 LIMIT 1"/' "index: *"
mutant "open set: one false alarm too many" reid/evaluation/open_set.cpp tests/reid \
  's/impostors\[allowed\], -never/impostors[std::min(allowed + 1, impostors.size() - 1)], -never/' \
  "open set: *"
mutant "open set: an image by the query's own camera is an impostor" reid/evaluation/open_set.cpp tests/reid \
  's/gallery\.identity\[g\] != identity\)/gallery.identity[g] != identity || gallery.camera[g] == camera)/' \
  "open set: *"

# ---- several ranks ----
mutant "ranks: a chunk belongs to the rank in whose images it ends" kernels/cpu/batch.h tests/reid \
  's/divide_up\((part->first_image\[r\] \* of_image \* cut.parts), cut.n\)/(\1) \/ cut.n/' "ranks*"
mutant "ranks: each computes its own images alone" engine/batch_split.cpp tests/reid \
  's/return begin == end \? end : .*/return end;/' "ranks*"
mutant "ranks: gradients are added from the last chunk on" engine/batch_split.cpp tests/reid \
  's/Index chunk = 1; chunk < chunks; \+\+chunk/Index chunk = chunks - 1; chunk > 0; --chunk/' "ranks*"
mutant "ranks: backward computes every image, of which it has a part" engine/batch_split.cpp tests/reid \
  's/set_part\(step.context\(\), part\);//' "ranks*"
mutant "ranks: an image that is not built is not mirrored" datasets/batch.cpp tests/reid \
  's/batch.mirrored\[at\] = batch.warp.*/batch.mirrored[at] = false;/' "ranks*"
mutant "ranks: a neighbour's pixels are not built" datasets/batch.cpp tests/reid \
  's/if \(options_.exchange > 0\) --wanted.first, \+\+wanted.last;//' "ranks*"
mutant "ranks: a new batch size keeps the old plan" reid/training/trainer_step.cpp tests/reid \
  's/!split_ \|\| split_->images\(\) != images/!split_/' "ranks*"
mutant "ranks: what all computed of a batch counts once for each" engine/image_split.cpp tests/reid \
  's/if \(rank_ > 0\) clear_gradients/if (rank_ > 9) clear_gradients/' "ranks*"
mutant "ranks: a batch norm takes the mean of the own images" engine/ops/shared_norm.cpp tests/reid \
  's/add_up\(device, mean\);//' "ranks*"
mutant "ranks: backward of a batch norm knows the own images alone" engine/ops/shared_norm.h tests/reid \
  's/if \(dx\) add_what_others_lack.*//' "ranks*"
mutant "ranks: a share of the sums over cards is not received" engine/device_sums.cpp tests/reid \
  's/Index r = 1; r < ranks; \+\+r\) sum/Index r = 2; r < ranks; ++r) sum/' "ranks*"
mutant "pseudo labels: a chain connects everybody" reid/training/pseudo_labels.cpp tests/reid \
  's/if \(size\(i\) \+ size\(j\) > most\) return false;//' "a cluster*"
mutant "communicator: the bytes of all ranks are counted" engine/communicator.cpp tests/engine \
  's/starts.back\(\) - \(starts\[own \+ 1\] - starts\[own\]\)/starts.back()/' "communicator*"
mutant "ranks: a chunk of another rank takes its images along" kernels/cpu/convolution_pool_backward.cpp \
  tests/kernels 's/images.count\(\) > 0 \? chunk_of\(images.begin\) : 0;/ours.begin;/' "batch part*"
mutant "search by ranks: rows keep the numbers of their share" reid/search/shared_search.cpp tests/reid \
  's/first \+ nearest\[i\]\.row/nearest[i].row/' "search by ranks*"
mutant "search by ranks: among equal distances the later row" reid/search/shared_search.cpp tests/reid \
  's/sort\(merged, nearer\)/sort(merged, {}, [](NearRow n) { return std::pair(n.distance, -n.row); })/' \
  "search by ranks*"
mutant "indexing by ranks: the others embed black images" reid/search/shared_embedding.cpp tests/reid \
  's/ranks.broadcast\(pixels.data.*//' "indexing*"

# ---- sequences ----
mutant "walk: every person has the same cadence" datasets/synthetic/walk.cpp tests/datasets \
  's/habit.cadence = uniform\(random, 0.42f, 1.1f\)/habit.cadence = 0.6f/'
mutant "walk: an occluder stands where it is" datasets/synthetic/scene.cpp tests/datasets \
  's/const float x = pace \* \(static_cast<float>\(frame\) - middle\);/const float x = 0 * pace * middle;/'
mutant "sequences: frames stand in the order of their files" datasets/sequences.cpp tests/datasets \
  's/std::ranges::stable_sort\(track, \{\}, frame_of\);/static_cast<void>(frame_of);/'
mutant "MARS: queries are counted from 0" datasets/layout_sequences.cpp tests/datasets \
  's/rows\[static_cast<std::size_t>\(query\) - 1\]/rows[static_cast<std::size_t>(query)]/'
mutant "batch: each frame of a sequence is cropped and coloured by itself" datasets/batch.cpp tests/datasets \
  's/Random same = random;.*/Random \&same = random;/'
mutant "temporal: the frames of two sequences are mixed" reid/temporal/temporal_tier.cpp tests/reid \
  's/permute\(by_strip, \{1, 0, 2, 3\}\)/by_strip/'
mutant "temporal: the recurrence does not count" reid/temporal/temporal_tier.cpp tests/reid \
  's/y = y \+ reshape\(mean\(\(\*recurrence_\)\(steps\), 0\), y.shape\(\)\);/(*recurrence_)(steps);/'
mutant "neck: searches compare before the batch norm" reid/network/network.cpp tests/reid \
  's/neck_ && mode == Mode::infer \? out.neck : out.pooled/out.pooled/'
mutant "search codes: what the codes of a row miss does not count" reid/search/codes.cpp tests/reid \
  's/error \* rows\[i\]\.error/0/' "search codes*"
mutant "search codes: nor what those of the query miss" reid/search/codes.cpp tests/reid \
  's/2 \* x \* query\.error \+ //' "codes*"
mutant "search codes: codes of 8 bits overflow" reid/search/codes.cpp tests/reid \
  's/largest\(row, size\) \/ 127/largest(row, size) \/ 129/' "codes*"
