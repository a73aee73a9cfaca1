"""tlsplan, Ansible and the floor, measured against each other on a lab of real hosts."""
