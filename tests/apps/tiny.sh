# Sourced by tests/apps/*_test.sh: options of a network so small that training it takes a second or two.
tiny=(--image-height 64 --image-width 32 --crop-height 60 --crop-width 30 --channels 4,8,8 --hidden 8 \
  --strips 3
  --people 4 --threads 1)
# Some steps of it: 24 people, of whom 12 train, 3 of those for validation.
tiny_run=("${tiny[@]}" --data synthetic:24 --epochs 6 --em-rounds 3 --validation 3 --validate-every 2 \
  --save-every 2)
