"""Long work as rows of a service's own database: asked for, claimed, brought along, ended."""
