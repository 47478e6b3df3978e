# enterprise
