"""The pages of the workbench, each in English below `/en` and in Chinese below `/zh`."""
