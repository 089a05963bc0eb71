"""Pure arithmetic of public money: discounting, debt kernels, appraisal, bands, sharing."""
